package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileState;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the registry amounts to, as one hash: equal on any two nodes that hold the same logs and bodies, whatever came
 * first (docs/wire.md, "The registry's digest"). It reads every row, so there is one computation at a time, and whoever
 * asks meanwhile shares the next one.
 */
public final class RegistryDigest {

    private static final int FETCH_ROWS = 2_000;

    /** Of one computation: some seconds a million profiles are usual. */
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /**
     * The body itself stays in the database. What nodes hold of a frozen issuer differs from the fork on; what they agree on is in
     * the compared head.
     */
    private static final String PROFILES = "SELECT i.did, " + ProfileRow.STATE_COLUMNS
            + ", CASE WHEN p.body IS NOT NULL THEN sha256(p.salt || p.body) END AS held"
            + " FROM profiles p JOIN issuers i ON i.id = p.issuer WHERE i.frozen_at IS NULL ORDER BY i.did, p.profile_id";

    private final Transactions database;

    /** Completes when the newest computation that has begun has ended. */
    private CompletableFuture<@Nullable Void> ended = CompletableFuture.completedFuture(null);

    /** Has not begun. */
    private @Nullable Mono<Result> next;

    RegistryDigest(Transactions database) {
        this.database = database;
    }

    /**
     * The digest, and its parts, by which a difference is found sooner.
     *
     * @param digest sha-256(frontier ‖ profiles)
     * @param frontier over every issuer
     * @param profiles over every profile, erased ones included
     * @param issuerCount how many issuers there are
     * @param events in all logs
     * @param profileCount how many profiles there are, erased ones included
     * @param bodies how many of them have their body here
     */
    public record Result(
            Hash digest, Hash frontier, Hash profiles, long issuerCount, long events, long profileCount, long bodies) {}

    /** Reads the whole registry as it is at one moment after this was asked for. */
    public Mono<Result> compute() {
        return Mono.defer(this::join);
    }

    private synchronized Mono<Result> join() {
        Mono<Result> joined = next;
        if (joined == null) {
            joined = Mono.fromFuture(ended, true).then(Mono.defer(this::begin)).cache();
            next = joined;
        }
        return joined;
    }

    private synchronized Mono<Result> begin() {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        ended = end;
        next = null;
        return database.snapshot(TIMEOUT, connection -> read(connection).flux())
                .single()
                .timeout(TIMEOUT)
                .doFinally(signal -> end.complete(null));
    }

    private Mono<Result> read(PostgresqlConnection connection) {
        Sum frontier = new Sum();
        Sum profiles = new Sum();
        Mono<Void> issuers = IssuerRow.all(connection, FETCH_ROWS)
                .doOnNext(row -> row.compared()
                        .ifPresent(head -> frontier.add(DigestRecord.issuer(row, head), head.sequence() + 1)))
                .then();
        Mono<Void> rows = Flux.from(connection
                        .createStatement(PROFILES)
                        .fetchSize(FETCH_ROWS)
                        .execute())
                .concatMap(result -> result.map(row -> profiles.add(row)))
                .then();
        return issuers.then(rows).then(Mono.fromSupplier(() -> result(frontier, profiles)));
    }

    private static Result result(Sum frontier, Sum profiles) {
        Hash issuers = frontier.hash();
        Hash rows = profiles.hash();
        return new Result(
                Hash.of(issuers.bytes(), rows.bytes()),
                issuers,
                rows,
                frontier.records,
                frontier.parts,
                profiles.records,
                profiles.parts);
    }

    /** A hash over records. */
    private static final class Sum {
        private final MessageDigest digest = sha256();
        private long records;
        private long parts;

        /** @param contained how many events or bodies the record stands for */
        void add(byte[] record, long contained) {
            digest.update(record);
            records++;
            parts += contained;
        }

        long add(Readable row) {
            IssuerId issuer = IssuerId.parse(Rows.required(row, "did", String.class));
            ProfileState state = ProfileRow.readState(row);
            Optional<Hash> held =
                    Optional.ofNullable(row.get("held", byte[].class)).map(Hash::wrap);
            add(DigestRecord.profile(issuer, state, held), held.isPresent() ? 1 : 0);
            return records;
        }

        Hash hash() {
            return Hash.wrap(digest.digest());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
