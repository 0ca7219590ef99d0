package dev.grapevine.node.credential;

import dev.grapevine.keys.DidDocument;
import dev.grapevine.keys.DidWeb;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.DidDocuments.Loaded;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Resolves {@code did:web} (DID Resolution), and remembers documents for five minutes: then a key that was taken out makes no proofs any more. */
final class DidResolver {

    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** Documents that are remembered; beyond, those go that were not asked for the longest. */
    static final int MAX_DOCUMENTS = 256;

    /** One credential that names more DIDs has the others unresolved. */
    static final int MAX_AT_ONCE = 8;

    private final RemoteDocuments documents;
    private final InstantSource clock;
    private final Map<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Mono<Loaded>> loading = new ConcurrentHashMap<>();

    private record Kept(Loaded document, Instant until) {}

    DidResolver(RemoteDocuments documents, InstantSource clock) {
        this.documents = documents;
        this.clock = clock;
    }

    /** The documents of DIDs, each there or with the reason why not; never fails. */
    Mono<DidDocuments> resolve(Set<String> dids) {
        if (dids.isEmpty()) {
            return Mono.just(DidDocuments.NONE);
        }
        return Flux.fromIterable(dids)
                .take(MAX_AT_ONCE)
                .flatMap(did -> resolve(did).map(document -> Map.entry(did, document)))
                .collect(HashMap<String, Loaded>::new, (map, entry) -> map.put(entry.getKey(), entry.getValue()))
                .map(found -> new DidDocuments(found, clock.instant()));
    }

    private Mono<Loaded> resolve(String did) {
        return Mono.defer(
                () -> remembered(did).map(Mono::just).orElseGet(() -> loading.computeIfAbsent(did, this::shared)));
    }

    private Mono<Loaded> shared(String did) {
        return load(did).doFinally(end -> loading.remove(did)).cache();
    }

    private Mono<Loaded> load(String did) {
        return Mono.defer(() -> {
                    Instant asked = clock.instant();
                    return documents
                            .get(DidWeb.url(did))
                            .map(json -> Loaded.of(DidDocument.read(did, CredentialJson.parse(json))))
                            .doOnNext(document -> remember(did, new Kept(document, asked.plus(MAX_AGE))));
                })
                .onErrorResume(MalformedException.class, e -> Mono.just(Loaded.not(String.valueOf(e.getMessage()))))
                .onErrorResume(UnavailableException.class, e -> Mono.just(Loaded.not(String.valueOf(e.getMessage()))));
    }

    private Optional<Loaded> remembered(String did) {
        synchronized (kept) {
            Kept document = kept.get(did);
            return Optional.ofNullable(document)
                    .filter(found -> clock.instant().isBefore(found.until))
                    .map(Kept::document);
        }
    }

    private void remember(String did, Kept document) {
        synchronized (kept) {
            kept.put(did, document);
            if (kept.size() > MAX_DOCUMENTS) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
    }
}
