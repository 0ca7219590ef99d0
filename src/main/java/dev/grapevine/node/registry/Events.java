package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reading of the table {@code events}. */
final class Events {

    /** No signed event is shorter, in bytes: two keys, a type, a hash and a signature. */
    private static final int MIN_EVENT_BYTES = 200;

    private Events() {}

    private record Row(SignedEvent event, boolean signatureChecked) {}

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

    /** Events from a sequence on, within the limit of a run, ending at a signature that was checked. */
    static Mono<List<SignedEvent>> run(PostgresqlConnection connection, long issuer, long from) {
        return Flux.from(connection
                        .createStatement("SELECT envelope, signature_checked FROM events"
                                + " WHERE issuer = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3")
                        .bind("$1", issuer)
                        .bind("$2", from)
                        .bind("$3", ProfileLimits.MAX_RUN_BYTES / MIN_EVENT_BYTES)
                        .execute())
                .concatMap(result -> result.map(row -> new Row(
                        SignedEvent.decode(Rows.required(row, "envelope", byte[].class)),
                        Rows.required(row, "signature_checked", Boolean.class))))
                .collectList()
                .map(Events::cut);
    }

    private static List<SignedEvent> cut(List<Row> rows) {
        List<SignedEvent> run = new ArrayList<>();
        int bytes = 0;
        int checked = 0;
        for (Row row : rows) {
            bytes += row.event.encoded().length;
            if (bytes > ProfileLimits.MAX_RUN_BYTES) {
                break;
            }
            run.add(row.event);
            if (row.signatureChecked) {
                checked = run.size();
            }
        }
        return List.copyOf(run.subList(0, checked));
    }
}
