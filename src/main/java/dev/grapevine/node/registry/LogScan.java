package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads a log event by event, for the rare things that need all of it: what stood at an earlier place, a fold anew. */
final class LogScan {

    private static final int FETCH_ROWS = 500;

    private LogScan() {}

    /**
     * What stands before an event.
     *
     * @param keys that sign the event
     * @param recoveredAt the newest event before it that the recovery key has signed
     */
    record Place(LogKeys keys, String name, Optional<String> didWeb, Optional<Long> recoveredAt) {

        static Place beginning(IssuerRow row) {
            return new Place(LogKeys.ofUnknown(row.issuer()), row.name(), row.didWeb(), Optional.empty());
        }

        Place after(SignedEvent event) {
            LogKeys newKeys = keys.after(event.event());
            return switch (event.event().change()) {
                case Change.IssuerDescribed described ->
                    new Place(newKeys, described.name(), described.didWeb(), recoveredAt);
                case Change.KeyRotated rotated ->
                    new Place(newKeys, name, didWeb, isRecovery(event) ? Optional.of(event.sequence()) : recoveredAt);
                default -> this;
            };
        }

        private boolean isRecovery(SignedEvent event) {
            return keys.isRecoveryKey(event.signer());
        }
    }

    /** Events that are held, part of the log or not, from a sequence on and before another. */
    static Flux<SignedEvent> events(PostgresqlConnection connection, long issuer, long from, long before) {
        return Flux.from(connection
                        .createStatement("SELECT envelope FROM events"
                                + " WHERE issuer = $1 AND sequence >= $2 AND sequence < $3 ORDER BY sequence")
                        .bind("$1", issuer)
                        .bind("$2", from)
                        .bind("$3", before)
                        .fetchSize(FETCH_ROWS)
                        .execute())
                .concatMap(result ->
                        result.map(row -> SignedEvent.decode(Rows.required(row, "envelope", byte[].class))));
    }

    static Mono<SignedEvent> event(PostgresqlConnection connection, long issuer, long sequence) {
        return events(connection, issuer, sequence, sequence + 1).next();
    }

    /** What stands before an event, by a reading of all before it. */
    static Mono<Place> before(PostgresqlConnection connection, IssuerRow row, long sequence) {
        return events(connection, row.id(), 0, sequence).reduce(Place.beginning(row), Place::after);
    }

    /** The keys that sign an event which follows the log, or is part of it. */
    static Mono<LogKeys> keysBefore(PostgresqlConnection connection, IssuerRow row, long sequence) {
        return sequence == 0
                ? Mono.just(LogKeys.ofUnknown(row.issuer()))
                : KeyRows.at(connection, row, sequence)
                        .map(inForce -> new LogKeys(inForce, Optional.of(row.recoveryKeyDigest())));
    }

    /** The first event from a sequence on that the recovery key has signed, in the log. */
    static Mono<SignedEvent> recoveryFrom(PostgresqlConnection connection, IssuerRow row, long sequence) {
        long newest = row.forks().recoveredAt().orElse(-1L);
        if (newest < sequence) {
            return Mono.empty();
        }
        LogKeys keys = new LogKeys(row.issuer().inception(), Optional.of(row.recoveryKeyDigest()));
        return events(connection, row.id(), sequence, newest + 1)
                .filter(event ->
                        event.event().change() instanceof Change.KeyRotated && keys.isRecoveryKey(event.signer()))
                .next();
    }
}
