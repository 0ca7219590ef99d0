package dev.grapevine.node.registry;

import dev.grapevine.node.status.KnownCredential;
import dev.grapevine.node.status.ProfileCredentials;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** The credentials of this node's profiles by their own ids. */
final class CredentialsById implements ProfileCredentials {

    private final DatabaseClient database;

    CredentialsById(DatabaseClient database) {
        this.database = database;
    }

    @Override
    public Mono<KnownCredential> find(UUID id) {
        return database.sql("SELECT json, status_list, status_index FROM credentials WHERE credential_id = :id LIMIT 1")
                .bind("id", id)
                .map(CredentialsById::read)
                .one();
    }

    private static KnownCredential read(Readable row) {
        return new KnownCredential(
                new String(Objects.requireNonNull(row.get("json", byte[].class)), StandardCharsets.UTF_8),
                KnownCredential.Place.of(row),
                true);
    }
}
