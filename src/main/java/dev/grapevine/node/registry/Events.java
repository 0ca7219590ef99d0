package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reading of the table {@code events}. */
final class Events {

    /** No signed event is shorter, in bytes: two keys, a type, a hash and a signature. */
    private static final int MIN_EVENT_BYTES = 200;

    private Events() {}

    /** The hash of one event; empty if it is not held. */
    static Mono<Hash> hash(PostgresqlConnection connection, long issuer, long sequence) {
        return Flux.from(connection
                        .createStatement("SELECT hash FROM events WHERE issuer = $1 AND sequence = $2")
                        .bind("$1", issuer)
                        .bind("$2", sequence)
                        .execute())
                .flatMap(result -> result.map(row -> Hash.wrap(Rows.required(row, "hash", byte[].class))))
                .singleOrEmpty();
    }

    /**
     * One query a range: events by their primary key, and beside each the body of the profile whose current version it
     * states. The subquery with LIMIT keeps the planner to the index profiles_by_version, whatever it knows of the table.
     */
    private static final String RANGE = "SELECT e.envelope, e.signature_checked, v.body, v.salt FROM"
            + " (SELECT issuer, sequence, envelope, signature_checked,"
            + " sum(octet_length(envelope)) OVER (ORDER BY sequence) AS bytes FROM"
            + " (SELECT issuer, sequence, envelope, signature_checked FROM events"
            + " WHERE issuer = (SELECT id FROM issuers WHERE did = $1) AND sequence >= $2"
            + " AND sequence <= (SELECT head_sequence FROM issuers WHERE did = $1)"
            + " ORDER BY sequence LIMIT $3) first_ones) e"
            + " LEFT JOIN LATERAL (SELECT p.body, p.salt FROM profiles p"
            + " WHERE p.issuer = e.issuer AND p.version_sequence = e.sequence LIMIT 1) v ON true"
            + " WHERE e.bytes <= $4 ORDER BY e.sequence";

    private record Row(SignedEvent event, boolean signatureChecked, Optional<Opening> opening) {

        static Row read(Readable row) {
            byte[] body = row.get("body", byte[].class);
            byte[] salt = row.get("salt", byte[].class);
            return new Row(
                    SignedEvent.decode(Rows.required(row, "envelope", byte[].class)),
                    Rows.required(row, "signature_checked", Boolean.class),
                    body == null || salt == null ? Optional.empty() : Optional.of(new Opening(body, salt)));
        }

        LogEntry bare() {
            return new LogEntry(event, Optional.empty());
        }

        LogEntry entry() {
            return new LogEntry(event, opening);
        }
    }

    /** See {@link EventLog#range}. */
    static Mono<List<LogEntry>> range(PostgresqlConnection connection, IssuerId issuer, long from, int maxBytes) {
        return Flux.from(connection
                        .createStatement(RANGE)
                        .bind("$1", issuer.did())
                        .bind("$2", from)
                        .bind("$3", ProfileLimits.MAX_RUN_BYTES / MIN_EVENT_BYTES)
                        .bind("$4", ProfileLimits.MAX_RUN_BYTES)
                        .execute())
                .concatMap(result -> result.map(Row::read))
                .collectList()
                .map(rows -> withBodies(endingAtCheckedSignature(rows), maxBytes));
    }

    private static List<Row> endingAtCheckedSignature(List<Row> rows) {
        int end = rows.size();
        while (end > 0 && !rows.get(end - 1).signatureChecked) {
            end--;
        }
        return rows.subList(0, end);
    }

    /** Bodies go along as far as there is room beside the events. */
    private static List<LogEntry> withBodies(List<Row> rows, int maxBytes) {
        int room = maxBytes
                - rows.stream().mapToInt(row -> row.bare().messageBytes()).sum();
        List<LogEntry> entries = new ArrayList<>(rows.size());
        for (Row row : rows) {
            room -= row.opening
                    .map(opening -> opening.body().length + opening.salt().length)
                    .orElse(0);
            entries.add(room < 0 ? row.bare() : row.entry());
        }
        return entries;
    }
}
