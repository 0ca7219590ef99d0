package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.grapevine.keys.DidWeb;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.OwnDidDocument;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.identity.WebIdentity;
import dev.grapevine.node.registry.IssuerKey;
import dev.grapevine.node.registry.Registry;
import io.swagger.v3.oas.annotations.media.Schema;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The DID document of this node's issuer as a {@code did:web}: the keys of its log, and those beside them. */
@Component
class DidWebDocument implements OwnDidDocument {

    private final Registry registry;
    private final IssuerIdentity identity;
    private final Optional<WebIdentity> web;
    private final Optional<URI> url;
    private final JsonMapper json;

    DidWebDocument(Registry registry, IssuerIdentity identity, IssuerKeys keys, JsonMapper json) {
        this.registry = registry;
        this.identity = identity;
        this.web = keys.web();
        this.url = web.flatMap(DidWebDocument::url);
        this.json = json;
    }

    /** Empty of a public URL that no did:web may stand for, such as one with an IP address. */
    private static Optional<URI> url(WebIdentity web) {
        try {
            return Optional.of(DidWeb.url(web.did()));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** DID Core section 5. */
    @Schema(name = "DidDocument", description = "A DID document.")
    record Document(
            @JsonProperty("@context") List<String> context,
            String id,
            List<String> alsoKnownAs,
            List<Method> verificationMethod,
            List<String> authentication,
            List<String> assertionMethod) {}

    /** Controlled Identifiers section 2.2.2. */
    @Schema(name = "DidVerificationMethod", description = "A public key.")
    record Method(String id, String type, String controller, String publicKeyMultibase) {}

    /** The document; empty where there is no did:web, or no log yet. */
    Mono<Document> document() {
        return Mono.justOrEmpty(web)
                .flatMap(known ->
                        keys(0).collectList().filter(keys -> !keys.isEmpty()).map(keys -> document(known, keys)));
    }

    @Override
    public Mono<byte[]> at(URI asked) {
        return url.filter(asked::equals).isPresent() ? document().map(json::writeValueAsBytes) : Mono.empty();
    }

    private Flux<IssuerKey> keys(long from) {
        return registry.keys(identity.id(), from)
                .flatMapMany(page -> Flux.fromIterable(page.keys())
                        .concatWith(page.next().isPresent() ? keys(page.next().getAsLong()) : Flux.empty()));
    }

    private Document document(WebIdentity known, List<IssuerKey> keys) {
        List<Method> methods = new ArrayList<>(keys.stream()
                .filter(key -> keys.stream()
                        .noneMatch(
                                next -> next.recovered() && next.predecessor().equals(Optional.of(key.key()))))
                .map(key -> VerificationKey.of(key.key()))
                .distinct()
                .map(key -> method(known.did(), key))
                .toList());
        Method inForce = methods.getLast();
        known.published().forEach(key -> methods.add(method(known.did(), key)));
        Stream<String> inUse = Stream.concat(
                Stream.of(inForce.id()),
                known.keys().stream().map(EcdsaKey::publicKey).map(known::verificationMethod));
        return new Document(
                List.of("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"),
                known.did(),
                List.of(identity.id().did()),
                methods,
                inUse.toList(),
                methods.stream().map(Method::id).toList());
    }

    private static Method method(String did, VerificationKey key) {
        return new Method(did + "#" + key.multikey(), "Multikey", did, key.multikey());
    }
}
