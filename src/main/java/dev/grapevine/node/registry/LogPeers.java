package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The tables {@code log_peers} and {@code log_acknowledgements}. A comparison costs one statement; a row is added only for a
 * new peer and where a peer has passed an erasure, so that their number is that of erasures at the most.
 */
final class LogPeers implements PeerHeads {

    /** Peer ids are free: who comes when so many are remembered is not, until others have been away for long. */
    static final int MAX_PEERS = 1_000;

    /** A peer that was not seen for so long is forgotten. */
    static final Duration REMEMBERED = Duration.ofDays(90);

    /** Of one peer; beyond, the oldest give way, and the erasures that they stood for count as seen with the next. */
    static final int MAX_STEPS_PER_PEER = 1_000;

    private static final String PEER = "INSERT INTO log_peers AS p (peer, last_seen_at)"
            + " SELECT $1, $2 WHERE (SELECT count(*) FROM log_peers) < " + MAX_PEERS
            + " OR EXISTS (SELECT FROM log_peers WHERE peer = $1)"
            + " ON CONFLICT (peer) DO UPDATE SET last_seen_at = greatest(p.last_seen_at, excluded.last_seen_at)";

    /** The issuer's row is found by its DID; before the log has begun there is nothing to hold. */
    private static final String STEP = "INSERT INTO log_acknowledgements (peer, sequence, seen_at)"
            + " SELECT p.peer, e.sequence, $2"
            + " FROM log_peers p, issuers i JOIN events e ON e.issuer = i.id,"
            + " LATERAL (SELECT max(a.sequence) AS sequence FROM log_acknowledgements a WHERE a.peer = p.peer) AS known"
            + " WHERE p.peer = $1 AND i.did = $3 AND e.sequence = $4 AND e.hash = $5"
            + " AND (known.sequence IS NULL OR EXISTS (SELECT FROM profiles erased WHERE erased.issuer = i.id"
            + " AND erased.erased_sequence > known.sequence AND erased.erased_sequence <= e.sequence))"
            + " ON CONFLICT DO NOTHING";

    private static final String FORGET = "DELETE FROM log_peers WHERE last_seen_at < $1";

    private static final String SHORTEN = "DELETE FROM log_acknowledgements WHERE peer = $1 AND sequence <"
            + " (SELECT sequence FROM log_acknowledgements WHERE peer = $1 ORDER BY sequence DESC"
            + " OFFSET " + (MAX_STEPS_PER_PEER - 1) + " LIMIT 1)";

    private final Transactions database;
    private final IssuerId issuer;
    private final Clock clock;

    LogPeers(Transactions database, IssuerId issuer, Clock clock) {
        this.database = database;
        this.issuer = issuer;
        this.clock = clock;
    }

    @Override
    public IssuerId issuer() {
        return issuer;
    }

    @Override
    public Mono<Void> seen(PeerId peer, long sequence, Hash hash) {
        return database.inTransaction(connection -> {
                    Instant now = clock.instant();
                    return remember(connection, peer, now)
                            .then(step(connection, peer, now, sequence, hash))
                            .filter(added -> added > 0)
                            .flatMap(added -> shorten(connection, peer));
                })
                .then();
    }

    @Override
    public Mono<Void> seenWithout(PeerId peer) {
        return database.inTransaction(connection -> remember(connection, peer, clock.instant()))
                .then();
    }

    private Mono<Long> step(PostgresqlConnection connection, PeerId peer, Instant now, long sequence, Hash hash) {
        return rows(connection
                .createStatement(STEP)
                .bind("$1", peer.bytes())
                .bind("$2", now)
                .bind("$3", issuer.did())
                .bind("$4", sequence)
                .bind("$5", hash.bytes()));
    }

    private static Mono<Long> shorten(PostgresqlConnection connection, PeerId peer) {
        return rows(connection.createStatement(SHORTEN).bind("$1", peer.bytes()));
    }

    private static Mono<Long> remember(PostgresqlConnection connection, PeerId peer, Instant now) {
        return rows(connection.createStatement(PEER).bind("$1", peer.bytes()).bind("$2", now));
    }

    /** Forgets peers that were away for {@link #REMEMBERED}. */
    Mono<Void> prune() {
        return database.inTransaction(connection -> rows(connection
                        .createStatement(FORGET)
                        .bind("$1", clock.instant().minus(REMEMBERED))))
                .then();
    }

    private static Mono<Long> rows(PostgresqlStatement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> Objects.requireNonNull(result.getRowsUpdated()))
                .reduce(0L, Long::sum);
    }
}
