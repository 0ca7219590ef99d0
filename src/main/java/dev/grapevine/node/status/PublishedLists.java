package dev.grapevine.node.status;

import dev.grapevine.node.credential.OwnStatusLists;
import dev.grapevine.node.credential.StatusListWriter;
import dev.grapevine.node.credential.StatusPlace.ListName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The lists that this node publishes. What was set when the question came is in the answer, on every instance. */
public final class PublishedLists implements OwnStatusLists {

    /** After this time a reader should ask again; what is set is noticed after it at the latest. */
    public static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);

    /** Nobody may hold a list against a credential, or in its favour, for longer. */
    public static final Duration VALIDITY = Duration.ofDays(1);

    /** A list that has not changed is signed again after this time, long before it ends to be valid. */
    private static final Duration SIGNED_AGAIN = Duration.ofHours(6);

    private final StatusRows rows;
    private final StatusListWriter writer;
    private final InstantSource clock;
    private final String base;
    private final Function<ListName, String> issuer;
    private final Map<ListName, Published> published = new ConcurrentHashMap<>();

    /** @param base as in {@link dev.grapevine.node.credential.StatusPlace}; empty: nothing is published, whatever was before */
    PublishedLists(
            StatusRows rows,
            StatusListWriter writer,
            InstantSource clock,
            String base,
            Function<ListName, String> issuer) {
        this.rows = rows;
        this.writer = writer;
        this.clock = clock;
        this.base = base;
        this.issuer = issuer;
    }

    /** A list as it was signed last. */
    private record Published(long version, byte[] json, Instant signedAt) {}

    /**
     * The credential that holds a list.
     *
     * @return its canonical JSON; empty if there is no such list
     */
    public Mono<byte[]> credential(ListName list) {
        if (base.isEmpty()) {
            return Mono.empty();
        }
        return rows.version(list).flatMap(version -> {
            Published last = published.get(list);
            return last != null && last.version == version && clock.instant().isBefore(last.signedAt.plus(SIGNED_AGAIN))
                    ? Mono.just(last.json)
                    : sign(list);
        });
    }

    private Mono<byte[]> sign(ListName list) {
        return rows.read(list).map(statuses -> {
            Instant now = clock.instant();
            Published signed = new Published(statuses.version(), writer.write(list, statuses.set(), now), now);
            published.merge(list, signed, (one, other) -> one.version > other.version ? one : other);
            return signed.json;
        });
    }

    @Override
    public Optional<ListName> name(String url) {
        return !base.isEmpty() && url.startsWith(base)
                ? ListName.parse(url.substring(base.length()))
                : Optional.empty();
    }

    @Override
    public String issuer(ListName list) {
        return issuer.apply(list);
    }

    @Override
    public Mono<Boolean> isSet(ListName list, int index) {
        return rows.isSet(list, index);
    }
}
