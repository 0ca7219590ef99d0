package dev.grapevine.node.status;

import dev.grapevine.node.credential.IssuedCredentials;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.sql.BatchWorker;
import io.r2dbc.spi.Readable;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

/** The table {@code issued_credentials}. Those that are issued at the same time are written by one statement. */
final class IssuedTable implements IssuedCredentials {

    /** The most that waits for the database, in characters of JSON. */
    static final int MAX_QUEUED_CHARS = 16 * 1024 * 1024;

    /** The most in one statement. */
    private static final int MAX_BATCH_CHARS = 1024 * 1024;

    private static final String NO_LIST = "";
    private static final String COLUMNS = "json, status_list, status_index";

    private final DatabaseClient database;
    private final Clock clock;
    private final BatchWorker<Waiting> worker =
            new BatchWorker<>(MAX_QUEUED_CHARS, MAX_BATCH_CHARS, waiting -> waiting.json.length(), this::write);

    IssuedTable(DatabaseClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Waiting(String id, String json, Optional<StatusPlace> status, Sinks.One<Boolean> written) {}

    @Override
    public Mono<Void> keep(String id, JsonNode credential, Optional<StatusPlace> status) {
        return Mono.defer(() -> {
            Waiting waiting = new Waiting(id, credential.toString(), status, Sinks.one());
            return worker.offer(waiting) ? waiting.written.asMono().then() : Mono.error(new FullException());
        });
    }

    private Mono<Void> write(List<Waiting> batch) {
        return database.sql("INSERT INTO issued_credentials (credential_id, json, status_list, status_index, issued_at)"
                        + " SELECT id, json, nullif(list, '')::uuid, nullif(index, -1), :now"
                        + " FROM unnest(:ids::text[], :jsons::text[], :lists::text[], :indexes::bigint[])"
                        + " AS t(id, json, list, index)")
                .bind("ids", batch.stream().map(Waiting::id).toArray(String[]::new))
                .bind("jsons", batch.stream().map(Waiting::json).toArray(String[]::new))
                .bind("lists", batch.stream().map(IssuedTable::list).toArray(String[]::new))
                .bind("indexes", batch.stream().map(IssuedTable::index).toArray(Long[]::new))
                .bind("now", clock.instant())
                .then()
                .doOnSuccess(done -> batch.forEach(waiting -> waiting.written.tryEmitValue(true)))
                .doOnError(error -> batch.forEach(waiting -> waiting.written.tryEmitError(error)));
    }

    private static String list(Waiting waiting) {
        return waiting.status.map(place -> place.list().toString()).orElse(NO_LIST);
    }

    private static Long index(Waiting waiting) {
        return waiting.status.map(place -> (long) place.index()).orElse(-1L);
    }

    /** All of an id, the newest first; the id has no U+0000, which PostgreSQL takes in no text. */
    Flux<KnownCredential> find(String id) {
        return database.sql(
                        "SELECT " + COLUMNS + " FROM issued_credentials WHERE credential_id = :id ORDER BY number DESC")
                .bind("id", id)
                .map(IssuedTable::read)
                .all();
    }

    /** Deletes all of an id; in the caller's Spring transaction, if there is one. */
    Flux<KnownCredential> delete(String id) {
        return database.sql("DELETE FROM issued_credentials WHERE credential_id = :id RETURNING " + COLUMNS)
                .bind("id", id)
                .map(IssuedTable::read)
                .all();
    }

    private static KnownCredential read(Readable row) {
        return new KnownCredential(
                Objects.requireNonNull(row.get("json", String.class)), KnownCredential.Place.of(row), false);
    }
}
