package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tells of erasures by this node's issuer, and who has seen them. Holds nothing of the person: an id and a place in the log. */
public final class Erasures {

    private static final String ERASED = "SELECT p.erased_sequence, e.envelope"
            + " FROM issuers i JOIN profiles p ON p.issuer = i.id"
            + " JOIN events e ON e.issuer = i.id AND e.sequence = p.erased_sequence"
            + " WHERE i.did = $1 AND p.profile_id = $2";

    private static final String PEERS = "SELECT p.peer, p.last_seen_at, max(a.sequence) AS holds,"
            + " min(a.seen_at) FILTER (WHERE a.sequence >= $1) AS acknowledged_at"
            + " FROM log_peers p LEFT JOIN log_acknowledgements a ON a.peer = p.peer"
            + " GROUP BY p.peer ORDER BY p.last_seen_at DESC, p.peer";

    private final Transactions database;
    private final IssuerId issuer;

    Erasures(Transactions database, IssuerId issuer) {
        this.database = database;
        this.issuer = issuer;
    }

    /**
     * An erasure and what became of it.
     *
     * @param erasedAt by the clock of the node that has signed it
     * @param sequence of the tombstone in the issuer's log
     * @param peers all that are remembered, those seen last first
     * @param morePeers whether there may be peers that are not remembered, for there were too many
     */
    public record Receipt(
            UUID profileId,
            IssuerId issuer,
            Instant erasedAt,
            long sequence,
            List<PeerReceipt> peers,
            boolean morePeers) {}

    /**
     * How one peer stands to an erasure, by what it has told.
     *
     * @param acknowledgedAt when it was first seen to hold the log up to the tombstone; empty if it never was
     * @param holds how far it was seen to hold the log, at least; empty if it has shown nothing of it
     */
    public record PeerReceipt(
            PeerId peer, Optional<Instant> acknowledgedAt, Optional<Long> holds, Instant lastSeenAt) {}

    /** Where and when the tombstone was written. */
    private record Tombstone(long sequence, Instant at) {

        static Tombstone read(Readable row) {
            SignedEvent event = SignedEvent.decode(Rows.required(row, "envelope", byte[].class));
            return new Tombstone(
                    Rows.required(row, "erased_sequence", Long.class),
                    Instant.ofEpochMilli(event.event().occurredAtMillis()));
        }
    }

    /** The receipt for a profile that this node's issuer has erased; empty for every other id. */
    public Mono<Receipt> receipt(UUID profileId) {
        return database.read(connection -> tombstone(connection, profileId)
                        .flatMap(tombstone -> peers(connection, tombstone)
                                .map(peers -> new Receipt(
                                        profileId,
                                        issuer,
                                        tombstone.at,
                                        tombstone.sequence,
                                        peers,
                                        peers.size() >= LogPeers.MAX_PEERS)))
                        .flux())
                .next();
    }

    private Mono<Tombstone> tombstone(PostgresqlConnection connection, UUID profileId) {
        return Flux.from(connection
                        .createStatement(ERASED)
                        .bind("$1", issuer.did())
                        .bind("$2", profileId)
                        .execute())
                .concatMap(result -> result.map(Tombstone::read))
                .singleOrEmpty();
    }

    private static Mono<List<PeerReceipt>> peers(PostgresqlConnection connection, Tombstone tombstone) {
        return Flux.from(connection
                        .createStatement(PEERS)
                        .bind("$1", tombstone.sequence)
                        .execute())
                .concatMap(result -> result.map(row -> new PeerReceipt(
                        PeerId.decode(Rows.required(row, "peer", byte[].class)),
                        Optional.ofNullable(row.get("acknowledged_at", Instant.class)),
                        Optional.ofNullable(row.get("holds", Long.class)),
                        Rows.required(row, "last_seen_at", Instant.class))))
                .collectList();
    }
}
