package dev.grapevine.node.registry;

import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileIds;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The tables {@code forks}, {@code final_statements} and {@code recoveries}, in transactions that hold the issuer's lock. */
final class ForkRows {

    /** The most recoveries of an issuer that wait for their place in the log; the recovery key alone can make them. */
    static final int MAX_RECOVERIES = 64;

    private static final byte FROZEN = 1;
    private static final byte NOT_FROZEN = 0;

    private ForkRows() {}

    /** @param recoveredAt of the recovery that has settled it; empty: it freezes the issuer */
    record Fork(ForkProof proof, Optional<Long> recoveredAt, Instant foundAt) {}

    static Flux<Fork> forks(PostgresqlConnection connection, long issuer) {
        return Flux.from(connection
                        .createStatement(
                                "SELECT proof, recovered_at, found_at FROM forks WHERE issuer = $1 ORDER BY sequence")
                        .bind("$1", issuer)
                        .execute())
                .concatMap(result -> result.map(row -> new Fork(
                        ForkProof.decode(Rows.required(row, "proof", byte[].class)),
                        Optional.ofNullable(row.get("recovered_at", Long.class)),
                        Rows.required(row, "found_at", Instant.class))));
    }

    /** Writes a fork, in place of another that is open or settled by the same recovery. */
    static Mono<Void> insertFork(PostgresqlConnection connection, long issuer, Fork fork) {
        PostgresqlStatement delete = connection
                .createStatement("DELETE FROM forks WHERE issuer = $1"
                        + " AND (recovered_at IS NOT DISTINCT FROM $2 OR sequence = $3)")
                .bind("$1", issuer)
                .bind("$3", fork.proof.sequence());
        bind(delete, "$2", fork.recoveredAt);
        PostgresqlStatement insert = connection
                .createStatement("INSERT INTO forks (issuer, sequence, recovered_at, found_at, proof)"
                        + " VALUES ($1, $2, $3, $4, $5)")
                .bind("$1", issuer)
                .bind("$2", fork.proof.sequence())
                .bind("$4", fork.foundAt)
                .bind("$5", fork.proof.encode());
        bind(insert, "$3", fork.recoveredAt);
        return done(delete).then(Mono.defer(() -> done(insert)));
    }

    static Flux<Final> finals(PostgresqlConnection connection, long issuer) {
        return Flux.from(connection
                        .createStatement("SELECT fork, recovered_at, statement FROM final_statements"
                                + " WHERE issuer = $1 ORDER BY profile_id, erased")
                        .bind("$1", issuer)
                        .execute())
                .concatMap(result -> result.map(ForkRows::readFinal));
    }

    private static Final readFinal(Readable row) {
        return new Final(
                BranchStatement.decode(Rows.required(row, "statement", byte[].class)),
                Rows.required(row, "fork", Long.class),
                Optional.ofNullable(row.get("recovered_at", Long.class)));
    }

    /** Keeps those that are new, or lower than what there is of their profile and kind and recovery. @return how many */
    static Mono<Long> keep(PostgresqlConnection connection, long issuer, Collection<Final> finals) {
        return Flux.fromIterable(finals)
                .concatMap(stated -> {
                    SignedEvent event = stated.statement().event();
                    PostgresqlStatement insert = connection
                            .createStatement("INSERT INTO final_statements AS held"
                                    + " (issuer, profile_id, erased, sequence, hash, fork, recovered_at, statement)"
                                    + " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                                    + " ON CONFLICT (issuer, profile_id, erased) DO UPDATE SET sequence = $4, hash = $5,"
                                    + " fork = $6, recovered_at = $7, statement = $8"
                                    + " WHERE (COALESCE($7, 9223372036854775807), $4, $5)"
                                    + " < (COALESCE(held.recovered_at, 9223372036854775807), held.sequence, held.hash)")
                            .bind("$1", issuer)
                            .bind("$2", stated.key().profileId())
                            .bind("$3", stated.key().erased())
                            .bind("$4", event.sequence())
                            .bind("$5", event.hash().bytes())
                            .bind("$6", stated.fork())
                            .bind("$8", stated.statement().encode());
                    bind(insert, "$7", stated.recoveredAt());
                    return Flux.from(insert.execute()).concatMap(result -> result.getRowsUpdated());
                })
                .reduce(0L, Long::sum);
    }

    static Mono<Void> forget(PostgresqlConnection connection, long issuer, Collection<Final.Key> finals) {
        return Flux.fromIterable(finals)
                .concatMap(key -> done(connection
                        .createStatement("DELETE FROM final_statements"
                                + " WHERE issuer = $1 AND profile_id = $2 AND erased = $3")
                        .bind("$1", issuer)
                        .bind("$2", key.profileId())
                        .bind("$3", key.erased())))
                .then();
    }

    /** Recoveries that are not part of the log, the lowest first. */
    static Flux<SignedEvent> recoveries(PostgresqlConnection connection, long issuer) {
        return Flux.from(connection
                        .createStatement("SELECT envelope FROM recoveries WHERE issuer = $1 ORDER BY sequence, hash")
                        .bind("$1", issuer)
                        .execute())
                .concatMap(result ->
                        result.map(row -> SignedEvent.decode(Rows.required(row, "envelope", byte[].class))));
    }

    /** @return whether it was not there */
    static Mono<Boolean> insertRecovery(PostgresqlConnection connection, long issuer, SignedEvent recovery) {
        return Flux.from(connection
                        .createStatement("INSERT INTO recoveries (issuer, sequence, hash, envelope)"
                                + " SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM recoveries WHERE issuer = $1) < $5"
                                + " ON CONFLICT DO NOTHING")
                        .bind("$1", issuer)
                        .bind("$2", recovery.sequence())
                        .bind("$3", recovery.hash().bytes())
                        .bind("$4", recovery.encoded())
                        .bind("$5", MAX_RECOVERIES)
                        .execute())
                .concatMap(result -> result.getRowsUpdated())
                .reduce(0L, Long::sum)
                .map(rows -> rows > 0);
    }

    static Mono<Void> deleteRecovery(PostgresqlConnection connection, long issuer, SignedEvent recovery) {
        return done(connection
                .createStatement("DELETE FROM recoveries WHERE issuer = $1 AND sequence = $2 AND hash = $3")
                .bind("$1", issuer)
                .bind("$2", recovery.sequence())
                .bind("$3", recovery.hash().bytes()));
    }

    /** From now on a recovery is what settles the forks below it that were open, or that a later one has settled. */
    static Mono<Void> settle(PostgresqlConnection connection, long issuer, long recoveredAt) {
        String later = " WHERE issuer = $1 AND (recovered_at IS NULL OR recovered_at > $2)";
        return done(connection
                        .createStatement("DELETE FROM forks f" + later + " AND sequence >"
                                + " (SELECT min(sequence) FROM forks" + later + ")")
                        .bind("$1", issuer)
                        .bind("$2", recoveredAt))
                .then(Mono.defer(() -> done(connection
                        .createStatement("UPDATE forks SET recovered_at = $2" + later)
                        .bind("$1", issuer)
                        .bind("$2", recoveredAt))))
                .then(Mono.defer(() -> done(connection
                        .createStatement("UPDATE final_statements SET recovered_at = $2" + later)
                        .bind("$1", issuer)
                        .bind("$2", recoveredAt))));
    }

    /** Computes the digest anew and lets the epoch grow. The digest is described in docs/wire.md. */
    static Mono<Void> digest(PostgresqlConnection connection, IssuerRow row) {
        return finals(connection, row.id()).collectList().flatMap(finals -> {
            PostgresqlStatement update = connection
                    .createStatement("UPDATE issuers SET fork_digest = $2, fork_epoch = fork_epoch + 1 WHERE id = $1")
                    .bind("$1", row.id());
            Optional<byte[]> digest = digest(row.forks().frozenAt(), finals).map(Hash::bytes);
            digest.ifPresentOrElse(hash -> update.bind("$2", hash), () -> update.bindNull("$2", byte[].class));
            return done(update);
        });
    }

    /** @param finals in the order of profile ids, revocations before erasures */
    static Optional<Hash> digest(Optional<Long> frozenAt, List<Final> finals) {
        if (frozenAt.isEmpty() && finals.isEmpty()) {
            return Optional.empty();
        }
        List<byte[]> parts = new ArrayList<>();
        parts.add(ByteBuffer.allocate(1 + Long.BYTES)
                .put(frozenAt.isPresent() ? FROZEN : NOT_FROZEN)
                .putLong(frozenAt.orElse(0L))
                .array());
        for (Final stated : finals) {
            UUID profileId = stated.key().profileId();
            parts.add(ProfileIds.toBytes(profileId));
            parts.add(stated.statement().event().hash().bytes());
        }
        return Optional.of(Hash.of(parts.toArray(byte[][]::new)));
    }

    static void bind(PostgresqlStatement statement, String name, Optional<Long> value) {
        value.ifPresentOrElse(number -> statement.bind(name, number), () -> statement.bindNull(name, Long.class));
    }

    static Mono<Void> done(PostgresqlStatement statement) {
        return Flux.from(statement.execute())
                .concatMap(result -> result.getRowsUpdated())
                .then();
    }
}
