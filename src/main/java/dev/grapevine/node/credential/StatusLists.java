package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import dev.grapevine.node.credential.StatusList.NoListException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status lists of others: from memory, or fetched and verified. Those who ask for one list at once share its fetch. */
final class StatusLists {

    private final RemoteDocuments documents;
    private final InstantSource clock;
    private final Function<JsonNode, Mono<VerifiedDocument>> verify;
    private final StatusListCache cache = new StatusListCache();
    private final Map<String, Mono<StatusList>> fetching = new ConcurrentHashMap<>();

    /** What verifying a credential has opened. */
    record VerifiedDocument(VerificationResult result, ObjectNode document) {}

    /** @param verify verifies the credential that holds a list, but not its status */
    StatusLists(RemoteDocuments documents, InstantSource clock, Function<JsonNode, Mono<VerifiedDocument>> verify) {
        this.documents = documents;
        this.clock = clock;
        this.verify = verify;
    }

    /** The list at a URL; fails with {@link UnavailableException} or {@link NoListException}. */
    Mono<StatusList> get(String url) {
        return Mono.defer(() -> cache.get(url, clock.instant())
                .map(Mono::just)
                .orElseGet(() -> fetching.computeIfAbsent(url, this::shared)));
    }

    private Mono<StatusList> shared(String url) {
        return fetch(url).doFinally(end -> fetching.remove(url)).cache();
    }

    private Mono<StatusList> fetch(String url) {
        return Mono.defer(() -> {
            Instant asked = clock.instant();
            return documents
                    .get(URI.create(url))
                    .flatMap(bytes -> verify.apply(credential(bytes)))
                    .map(verified -> list(url, verified))
                    .doOnNext(list -> cache.put(url, list, asked));
        });
    }

    /** Data Integrity proofs are inside of the document; a JWT is put into the envelope that its credential would have. */
    private static JsonNode credential(byte[] bytes) {
        try {
            if (bytes.length > 0 && bytes[0] == 'e') {
                return JsonNodeFactory.instance
                        .objectNode()
                        .put("@context", Vocabulary.VCDM)
                        .put("id", "data:application/vc+jwt," + new String(bytes, StandardCharsets.US_ASCII).strip())
                        .put("type", "EnvelopedVerifiableCredential");
            }
            return CredentialJson.parse(bytes);
        } catch (MalformedException e) {
            throw new NoListException(Problem.status("the status list is no credential: " + e.getMessage()));
        }
    }

    private static StatusList list(String url, VerifiedDocument verified) {
        if (!verified.result.verified()) {
            throw new NoListException(Problem.status("the status list is not sound: "
                    + verified.result.problems().getFirst().detail()));
        }
        return StatusList.of(url, verified.document);
    }
}
