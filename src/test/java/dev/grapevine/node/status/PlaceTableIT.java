package dev.grapevine.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.Bitstring;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.storage.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Instances that share a database never give out one place twice. */
class PlaceTableIT {

    private final String url = TestPostgres.newMigratedDatabase();
    private final ConnectionPool pool =
            new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get("r2dbc:" + url))
                    .maxSize(8)
                    .build());
    private final DatabaseClient database = DatabaseClient.create(pool);

    private PlaceTable table() {
        return new PlaceTable(database, new SecureRandom(), Clock.systemUTC(), "https://x.example/status-lists/");
    }

    @AfterEach
    void close() {
        pool.disposeLater().block();
    }

    /** One of the instances is killed in between: what it had taken is lost, and nobody gets it again. */
    @Test
    void givesNoPlaceTwiceWhoeverAsksAndWhoeverDies() {
        TakenPlaces one = new TakenPlaces(table()::take);
        TakenPlaces other = new TakenPlaces(table()::take);
        TakenPlaces afterKill = new TakenPlaces(table()::take);

        List<StatusPlace> given = Objects.requireNonNull(Flux.range(0, 6_000)
                .flatMap(
                        n -> (n % 2 == 0 ? one : n < 3_000 ? other : afterKill)
                                .take()
                                .subscribeOn(Schedulers.parallel()),
                        256)
                .map(Optional::orElseThrow)
                .collectList()
                .block());

        assertThat(given).hasSize(6_000).doesNotHaveDuplicates();
        assertThat(given.stream().map(StatusPlace::list).distinct().count())
                .as("lists that were begun at once, by instances that found none")
                .isLessThanOrEqualTo(3);
    }

    @Test
    void beginsANewListWhenOneIsFull() {
        table().take().block();
        UUID first = Objects.requireNonNull(table().take().block()).getFirst().list();
        database.sql("UPDATE status_lists SET taken = :taken")
                .bind("taken", Bitstring.MIN_ENTRIES - PlaceTable.BLOCK)
                .then()
                .block();

        Set<UUID> lists = Objects.requireNonNull(Flux.range(0, 8)
                .flatMap(n -> table().take())
                .flatMapIterable(places -> places)
                .collectList()
                .map(places -> {
                    assertThat(places).hasSize(8 * PlaceTable.BLOCK).doesNotHaveDuplicates();
                    return places.stream().map(StatusPlace::list).collect(Collectors.toCollection(HashSet::new));
                })
                .block());

        assertThat(lists).contains(first).hasSizeGreaterThan(1);
    }

    @Test
    void givesOutNothingOfAListThatCameBackFromABackup() {
        UUID first = Objects.requireNonNull(table().take().block()).getFirst().list();
        database.sql("UPDATE status_lists SET closed = true").then().block();

        assertThat(Objects.requireNonNull(table().take().block()).getFirst().list())
                .isNotEqualTo(first);
    }
}
