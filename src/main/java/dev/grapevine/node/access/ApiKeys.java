package dev.grapevine.node.access;

import dev.grapevine.node.start.StartProblem;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The keys that are valid: the configured one alone, or else those whose hashes are in the database. */
@Component
class ApiKeys {

    /** How long a key that was added or removed by another instance may go unnoticed. */
    private static final Duration MAX_STALENESS = Duration.ofSeconds(5);

    private final DatabaseClient database;
    private final boolean configured;
    private final Mono<List<byte[]>> hashes;

    /** @throws StartProblem if the configured key is too short or cannot be sent */
    ApiKeys(AccessProperties properties, DatabaseClient database) {
        this.database = database;
        String key = properties.apiKey();
        this.configured = key != null && !key.isBlank();
        this.hashes = key != null && configured
                ? Mono.just(List.of(hashOfConfigured(key)))
                : stored().cache(found -> MAX_STALENESS, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    private static byte[] hashOfConfigured(String key) {
        if (!ApiKey.isUsable(key)) {
            throw new StartProblem(
                    "GRAPEVINE_API_KEY is not %d to %d characters out of A-Z a-z 0-9 . _ ~ + / and -."
                            .formatted(ApiKey.MIN_LENGTH, ApiKey.MAX_LENGTH),
                    "Choose one at random (openssl rand -hex 32), or leave it out and the node makes one.");
        }
        return ApiKey.hash(key);
    }

    /** Whether a request with this key may do what needs a key. Takes as long for a wrong key as for a right one. */
    Mono<Boolean> accepts(String key) {
        if (key.length() > ApiKey.MAX_LENGTH) {
            return Mono.just(false);
        }
        byte[] hash = ApiKey.hash(key);
        return hashes.map(valid -> {
            boolean found = false;
            for (byte[] candidate : valid) {
                found |= MessageDigest.isEqual(candidate, hash);
            }
            return found;
        });
    }

    /**
     * Makes the new key valid if there is no other.
     *
     * @return whether it is valid now
     */
    Mono<Boolean> addFirst(String key) {
        if (configured) {
            return Mono.just(false);
        }
        return database.sql("INSERT INTO api_key (hash) SELECT :hash WHERE NOT EXISTS (SELECT FROM api_key)")
                .bind("hash", ApiKey.hash(key))
                .fetch()
                .rowsUpdated()
                .map(rows -> rows > 0);
    }

    private Mono<List<byte[]>> stored() {
        return database.sql("SELECT hash FROM api_key")
                .map(row -> hash(row.get("hash", byte[].class)))
                .all()
                .collectList();
    }

    private static byte[] hash(byte @Nullable [] column) {
        if (column == null) {
            throw new IllegalStateException("api_key.hash is null, against the schema");
        }
        return column;
    }
}
