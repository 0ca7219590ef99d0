package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.FetchCache.Fetched;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import dev.grapevine.node.credential.StatusList.NoListException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The status lists of others: from memory, as long as each says and five minutes at most, or fetched and verified. */
final class StatusLists {

    /** A revocation is noticed after this time at the latest, whatever the list says of itself. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** Of all lists that are kept. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    /** What a list costs beside its bits. */
    private static final int OVERHEAD_BYTES = 512;

    private final RemoteDocuments documents;
    private final InstantSource clock;
    private final Function<JsonNode, Mono<VerifiedDocument>> verify;
    private final FetchCache<StatusList> cache;

    /** @param verify verifies the credential that holds a list, but not its status */
    StatusLists(RemoteDocuments documents, InstantSource clock, Function<JsonNode, Mono<VerifiedDocument>> verify) {
        this.documents = documents;
        this.clock = clock;
        this.verify = verify;
        this.cache = new FetchCache<>(clock, MAX_BYTES);
    }

    /** The list at a URL; fails with {@link UnavailableException} or {@link NoListException}. */
    Mono<StatusList> get(String url) {
        return cache.get(url, () -> fetch(url));
    }

    private Mono<Fetched<StatusList>> fetch(String url) {
        Instant asked = clock.instant();
        return documents
                .get(URI.create(url))
                .flatMap(bytes -> verify.apply(credential(bytes)))
                .map(verified -> list(url, verified))
                .map(list -> new Fetched<>(list, list.bits().entries(Byte.SIZE) + OVERHEAD_BYTES, until(list, asked)));
    }

    private static Instant until(StatusList list, Instant asked) {
        Duration age =
                list.timeToLive().filter(ttl -> ttl.compareTo(MAX_AGE) < 0).orElse(MAX_AGE);
        Instant until = asked.plus(age);
        Instant end = list.validUntil();
        return end != null && end.isBefore(until) ? end : until;
    }

    private static JsonNode credential(byte[] bytes) {
        try {
            return VerifiedDocument.read(bytes);
        } catch (MalformedException e) {
            throw new NoListException(Problem.status("the status list is no credential: " + e.getMessage()));
        }
    }

    private static StatusList list(String url, VerifiedDocument verified) {
        if (!verified.result().verified()) {
            throw new NoListException(Problem.status("the status list is not sound: "
                    + verified.result().problems().getFirst().detail()));
        }
        return StatusList.of(url, verified.document());
    }
}
