package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.KnownPeer;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table {@code known_peers}: whom a node that starts anew looks for. */
final class KnownPeers {

    /** Rows; those of the peers not seen for longest go. */
    static final int MAX_PEERS = 256;

    /** A peer that was not seen for so long is forgotten. */
    static final Duration REMEMBERED = Duration.ofDays(30);

    private static final Logger LOG = LoggerFactory.getLogger(KnownPeers.class);

    private static final String SAVE = "INSERT INTO known_peers (peer, record, addresses, last_seen_at)"
            + " VALUES (:peer, :record, :addresses, :now) ON CONFLICT (peer) DO UPDATE SET record = excluded.record,"
            + " addresses = excluded.addresses, last_seen_at = excluded.last_seen_at";

    private static final String FORGET = "DELETE FROM known_peers WHERE last_seen_at < :oldest OR peer IN"
            + " (SELECT peer FROM known_peers ORDER BY last_seen_at DESC OFFSET " + MAX_PEERS + ")";

    private static final String LOAD =
            "SELECT peer, record, addresses FROM known_peers ORDER BY last_seen_at DESC LIMIT " + MAX_PEERS;

    private final DatabaseClient database;
    private final Clock clock;

    KnownPeers(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Every peer remembered, the one seen last first. A row that cannot be read is left out. */
    Mono<List<KnownPeer>> load() {
        return database.sql(LOAD)
                .map(KnownPeers::read)
                .all()
                .flatMapIterable(read -> read)
                .collectList();
    }

    /** Notes that these peers are here now, and forgets those of long ago. */
    Mono<Void> save(List<KnownPeer> present) {
        return Flux.fromIterable(present)
                .concatMap(this::save)
                .then(database.sql(FORGET)
                        .bind("oldest", clock.instant().minus(REMEMBERED))
                        .then());
    }

    private Mono<Void> save(KnownPeer known) {
        GenericExecuteSpec save = database.sql(SAVE).bind("peer", known.peer().bytes());
        save = known.record() == null
                ? save.bindNull("record", byte[].class)
                : save.bind("record", known.record().encoded());
        return save.bind(
                        "addresses",
                        known.worked().stream().map(Multiaddr::toString).toArray(String[]::new))
                .bind("now", clock.instant())
                .then();
    }

    private static List<KnownPeer> read(Readable row) {
        try {
            PeerId peer = PeerId.decode(Objects.requireNonNull(row.get("peer", byte[].class)));
            byte @Nullable [] record = row.get("record", byte[].class);
            String[] addresses = Objects.requireNonNull(row.get("addresses", String[].class));
            return List.of(new KnownPeer(
                    peer,
                    record == null ? null : SignedPeerRecord.decode(record),
                    Arrays.stream(addresses).map(Multiaddr::parse).toList()));
        } catch (MalformedException unreadable) {
            LOG.warn("A peer in the table known_peers cannot be read and is left out: {}", unreadable.getMessage());
            return List.of();
        }
    }
}
