package dev.grapevine.node.status;

import dev.grapevine.node.credential.Bitstring;
import dev.grapevine.node.credential.StatusPlace;
import io.r2dbc.spi.Readable;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Gives places out of the table {@code status_lists}, each once, whichever instance asks and however it ends. */
final class PlaceTable {

    /** Places given out at once. An instance that ends without having used its places takes them with it. */
    static final int BLOCK = 256;

    private static final int MAX_ATTEMPTS = 8;

    private final DatabaseClient database;
    private final SecureRandom random;
    private final Clock clock;
    private final String base;

    /** @param base as in {@link StatusPlace} */
    PlaceTable(DatabaseClient database, SecureRandom random, Clock clock, String base) {
        this.database = database;
        this.random = random;
        this.clock = clock;
        this.base = base;
    }

    /** Places that nobody else gets. The row's lock has instances wait for each other; a full list is followed by a new one. */
    Mono<List<StatusPlace>> take() {
        Mono<List<StatusPlace>> taken = database.sql("UPDATE status_lists SET taken = taken + :block WHERE id ="
                        + " (SELECT id FROM status_lists WHERE NOT closed AND taken + :block <= :places"
                        + " ORDER BY created_at, id LIMIT 1 FOR UPDATE) RETURNING id, shuffle, taken")
                .bind("block", BLOCK)
                .bind("places", Bitstring.MIN_ENTRIES)
                .map(this::places)
                .one();
        return taken.switchIfEmpty(Mono.defer(() -> begin().then(Mono.empty())))
                .repeatWhenEmpty(MAX_ATTEMPTS, attempts -> attempts);
    }

    private List<StatusPlace> places(Readable row) {
        UUID list = Objects.requireNonNull(row.get("id", UUID.class));
        Shuffle shuffle = new Shuffle(Objects.requireNonNull(row.get("shuffle", byte[].class)));
        int taken = Objects.requireNonNull(row.get("taken", Integer.class));
        List<StatusPlace> places = new ArrayList<>();
        for (int n = taken - BLOCK; n < taken; n++) {
            places.add(new StatusPlace(base, list, shuffle.place(n)));
        }
        return places;
    }

    private Mono<Void> begin() {
        byte[] key = new byte[Shuffle.KEY_BYTES];
        random.nextBytes(key);
        return database.sql("INSERT INTO status_lists (id, shuffle, created_at) VALUES (:id, :shuffle, :now)")
                .bind("id", new UUID(random.nextLong(), random.nextLong()))
                .bind("shuffle", key)
                .bind("now", clock.instant())
                .then();
    }
}
