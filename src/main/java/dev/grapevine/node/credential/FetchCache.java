package dev.grapevine.node.credential;

import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * What was fetched from other hosts. What is too old is never used, also where nothing newer is to be had. Those who ask for the same at
 * once share its fetch. Safe for use by several threads.
 */
final class FetchCache<V> {

    private final InstantSource clock;
    private final long maxBytes;
    private final Map<String, Fetched<V>> byKey = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, Mono<V>> fetching = new ConcurrentHashMap<>();
    private long bytes;

    /** @param maxBytes of all together; beyond, those go that were not asked for the longest */
    FetchCache(InstantSource clock, long maxBytes) {
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /**
     * What a fetch has brought.
     *
     * @param bytes that it costs to keep
     * @param until when it is too old
     */
    record Fetched<V>(V value, long bytes, Instant until) {}

    /**
     * What stands under a key.
     *
     * @param fetch fetches it if nobody has; its failure is not kept
     */
    Mono<V> get(String key, Supplier<Mono<Fetched<V>>> fetch) {
        return Mono.defer(() -> kept(key)
                .map(Mono::just)
                .orElseGet(() -> fetching.computeIfAbsent(key, absent -> shared(absent, fetch))));
    }

    private Mono<V> shared(String key, Supplier<Mono<Fetched<V>>> fetch) {
        return Mono.defer(fetch)
                .doOnNext(fetched -> keep(key, fetched))
                .map(Fetched::value)
                .doFinally(end -> fetching.remove(key))
                .cache();
    }

    private synchronized Optional<V> kept(String key) {
        Fetched<V> kept = byKey.get(key);
        if (kept == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(kept.until)) {
            remove(key);
            return Optional.empty();
        }
        return Optional.of(kept.value);
    }

    private synchronized void keep(String key, Fetched<V> fetched) {
        remove(key);
        byKey.put(key, fetched);
        bytes += fetched.bytes;
        while (bytes > maxBytes) {
            remove(byKey.keySet().iterator().next());
        }
    }

    private void remove(String key) {
        Fetched<V> kept = byKey.remove(key);
        if (kept != null) {
            bytes -= kept.bytes;
        }
    }
}
