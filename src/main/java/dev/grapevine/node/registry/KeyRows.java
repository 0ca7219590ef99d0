package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.sql.CopyRows;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table {@code issuer_keys}: every key that has taken over. The first one is in the issuer's id. */
final class KeyRows {

    /** The key that took over last before a place of an issuer's log; none where it is the first. Wants the issuer's row and the place. */
    static final String IN_FORCE =
            "SELECT key FROM issuer_keys WHERE issuer = %s AND sequence < %s ORDER BY sequence DESC LIMIT 1";

    private KeyRows() {}

    /** An issuer's keys, the first as if it had taken over at -1, each with its neighbours. */
    private static final String KEYS =
            "WITH k AS (SELECT -1::bigint AS sequence, $2::bytea AS key, NULL::bytea AS signer"
                    + " UNION ALL SELECT sequence, key, signer FROM issuer_keys WHERE issuer = $1)"
                    + " SELECT k.sequence, k.key, k.signer,"
                    + " CASE WHEN k.sequence >= 0 THEN COALESCE((" + IN_FORCE.formatted("$1", "k.sequence")
                    + "), $2) END AS before,"
                    + " (SELECT min(n.sequence) FROM issuer_keys n WHERE n.issuer = $1 AND n.sequence > k.sequence) AS until"
                    + " FROM k %s %s";

    /** Writes the keys that take over by these events. */
    static Mono<Void> write(PostgresqlConnection connection, List<LogWriter.Appended> events) {
        CopyRows rows = null;
        for (LogWriter.Appended appended : events) {
            SignedEvent event = appended.entry().event();
            if (event.event().change() instanceof Change.KeyRotated rotated) {
                rows = rows == null ? new CopyRows("issuer_keys", "issuer", "sequence", "key", "signer") : rows;
                rows.row()
                        .bigint(appended.issuer())
                        .bigint(event.sequence())
                        .bytea(rotated.newKey().encoded())
                        .bytea(event.signer().encoded());
            }
        }
        return rows == null ? Mono.empty() : rows.send(connection);
    }

    /** Deletes the keys that took over from a sequence on, for the log is another from there. */
    static Mono<Void> delete(PostgresqlConnection connection, long issuer, long from) {
        return Flux.from(connection
                        .createStatement("DELETE FROM issuer_keys WHERE issuer = $1 AND sequence >= $2")
                        .bind("$1", issuer)
                        .bind("$2", from)
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    /** The key in force. */
    static Mono<IssuerKey> last(PostgresqlConnection connection, IssuerRow issuer) {
        return Flux.from(connection
                        .createStatement(KEYS.formatted("", "ORDER BY k.sequence DESC LIMIT 1"))
                        .bind("$1", issuer.id())
                        .bind("$2", issuer.issuer().inception().encoded())
                        .execute())
                .concatMap(result -> result.map(KeyRows::read))
                .next();
    }

    /** The key in force at a place of the log, which has to have signed what is published there. */
    static Mono<PublicKey> at(PostgresqlConnection connection, IssuerRow issuer, long sequence) {
        return Flux.from(connection
                        .createStatement(IN_FORCE.formatted("$1", "$2"))
                        .bind("$1", issuer.id())
                        .bind("$2", sequence)
                        .execute())
                .concatMap(result -> result.map(row -> PublicKey.decode(Rows.required(row, "key", byte[].class))))
                .next()
                .defaultIfEmpty(issuer.issuer().inception());
    }

    /** Whether one of these is or was a signing key of the issuer. */
    static Mono<Boolean> hasAny(PostgresqlConnection connection, long issuerRow, IssuerId issuer, Set<PublicKey> keys) {
        if (keys.contains(issuer.inception())) {
            return Mono.just(true);
        }
        return Flux.fromIterable(keys)
                .concatMap(key -> Flux.from(connection
                                .createStatement(
                                        "SELECT sequence FROM issuer_keys WHERE issuer = $1 AND key = $2 LIMIT 1")
                                .bind("$1", issuerRow)
                                .bind("$2", key.encoded())
                                .execute())
                        .concatMap(result -> result.map(row -> true)))
                .next()
                .defaultIfEmpty(false);
    }

    /**
     * Keys in the order in which they were in force.
     *
     * @param from keys whose range begins here or later
     */
    static Mono<List<IssuerKey>> page(PostgresqlConnection connection, IssuerRow issuer, long from, int limit) {
        return Flux.from(connection
                        .createStatement(KEYS.formatted("WHERE k.sequence >= $3 - 1", "ORDER BY k.sequence LIMIT $4"))
                        .bind("$1", issuer.id())
                        .bind("$2", issuer.issuer().inception().encoded())
                        .bind("$3", from)
                        .bind("$4", limit)
                        .execute())
                .concatMap(result -> result.map(KeyRows::read))
                .collectList();
    }

    private static IssuerKey read(Readable row) {
        Optional<PublicKey> before = key(row, "before");
        Long until = row.get("until", Long.class);
        return new IssuerKey(
                PublicKey.decode(Rows.required(row, "key", byte[].class)),
                Rows.required(row, "sequence", Long.class) + 1,
                until == null ? OptionalLong.empty() : OptionalLong.of(until),
                before,
                !key(row, "signer").equals(before));
    }

    private static Optional<PublicKey> key(Readable row, String column) {
        return Optional.ofNullable(row.get(column, byte[].class)).map(PublicKey::decode);
    }
}
