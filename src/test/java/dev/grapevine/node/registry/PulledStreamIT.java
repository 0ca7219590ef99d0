package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.PEER;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.registry.Changes.Since;
import dev.grapevine.node.registry.Intake.Arriving;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.trust.TrustLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PulledStreamIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1);

    @AfterEach
    void close() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void randomLogsEndInTheSameTablesAsEventByEvent(int seed) {
        Random random = new Random(seed);
        try (TestRegistry single = TestRegistry.onNewDatabase(2)) {
            for (int issuer = 0; issuer < 2; issuer++) {
                List<LogEntry> entries = randomLog(random, 100 * seed + issuer);
                List<Pulled> outcomes = stream(cut(random, entries));
                assertThat(outcomes).allMatch(Pulled.Applied.class::isInstance);
                assertThat(outcomes.getLast()).isEqualTo(new Pulled.Applied(entries.size() - 1));
                entries.forEach(entry -> assertThat(single.pull(List.of(entry))).isInstanceOf(Pulled.Applied.class));
            }
            assertThat(node.digest()).isEqualTo(single.digest());
            assertThat(applied(node)).isNotEmpty().isEqualTo(applied(single));
        }
    }

    /** Everything that can happen to profiles, sense or nonsense, and keys that rotate in the middle. */
    private static List<LogEntry> randomLog(Random random, int seed) {
        IssuerLogFixture log = new IssuerLogFixture(seed);
        log.describe("University");
        List<UUID> people = new ArrayList<>(List.of(log.publish("first")));
        while (log.entries.size() < 300) {
            UUID somebody = people.get(random.nextInt(people.size()));
            switch (random.nextInt(12)) {
                case 0 -> log.update(somebody, "renamed" + random.nextInt(20), "New name");
                case 1 -> log.revoke(somebody);
                case 2 -> log.erase(somebody);
                case 3 -> log.update(new UUID(random.nextLong(), 1), "unknown", "No effect");
                case 4 -> log.append(publishedAgain(log, somebody), Optional.empty());
                case 5 -> log.describe("University " + random.nextInt(3));
                case 6 -> {
                    if (random.nextInt(4) == 0) {
                        log.rotate(IssuerLogFixture.privateKey(random.nextInt()), log.recoveryKey);
                    }
                }
                default -> people.add(log.publish("person" + random.nextInt(200)));
            }
        }
        return log.entries;
    }

    private static Change publishedAgain(IssuerLogFixture log, UUID profileId) {
        return new Change.Published(profileId, log.opening("again", "Again").commitment(), Optional.empty());
    }

    private static List<List<LogEntry>> cut(Random random, List<LogEntry> entries) {
        List<List<LogEntry>> runs = new ArrayList<>();
        for (int from = 0; from < entries.size(); ) {
            int to = Math.min(entries.size(), from + 1 + random.nextInt(20));
            runs.add(entries.subList(from, to));
            from = to;
        }
        return runs;
    }

    private static Arriving sent(Supplier<List<LogEntry>> entries) {
        return new Arriving(entries, PEER);
    }

    private List<Pulled> stream(List<List<LogEntry>> runs) {
        return await(node.intake
                .pulled(Flux.fromIterable(runs).map(run -> sent(() -> run)))
                .collectList());
    }

    private static List<String> applied(TestRegistry registry) {
        Since since = await(new Changes(registry.transactions, TrustLevel.KNOWN).since(0, 10_000));
        return ((Since.Page) since)
                .changes().stream()
                        .map(change -> "%d %s %s %s %s %d"
                                .formatted(
                                        change.id(),
                                        change.kind(),
                                        change.issuer(),
                                        change.profileId(),
                                        change.username(),
                                        change.sequence()))
                        .toList();
    }

    @Test
    void nothingBehindAForgeryIsApplied() {
        IssuerLogFixture log = logOf(30);
        List<List<LogEntry>> runs = new ArrayList<>(List.of(log.entries(0, 10), log.entries(10, 20)));
        log.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(1));
        runs.add(log.entries(20, 31));
        runs.add(log.entries(20, 30));
        assertThat(stream(runs))
                .startsWith(new Pulled.Applied(9), new Pulled.Applied(19))
                .hasSize(4)
                .element(2)
                .isInstanceOf(Pulled.Refused.class);
        assertThat(node.count("SELECT max(sequence) FROM events")).isEqualTo(29);
    }

    @Test
    void whatIsNoRunIsRefusedAndAHoleIsTold() {
        IssuerLogFixture log = logOf(30);
        Supplier<List<LogEntry>> noise = () -> {
            throw new MalformedException("noise");
        };
        Flux<Arriving> runs =
                Flux.just(sent(() -> log.entries(0, 10)), sent(noise), sent(() -> log.entries(20, 30)), sent(List::of));
        List<Pulled> outcomes = await(node.intake.pulled(runs).collectList());
        assertThat(outcomes.get(0)).isEqualTo(new Pulled.Applied(9));
        assertThat(outcomes.get(1)).isEqualTo(new Pulled.Refused("noise"));
        assertThat(outcomes.get(2)).isEqualTo(new Pulled.Behind(10));
        assertThat(outcomes.get(3)).isInstanceOf(Pulled.Refused.class);
    }

    @Test
    void thePeerWaitsWhileTheDatabaseDoes() {
        IssuerLogFixture log = logOf(400);
        node.pull(log.entries(0, 1));
        AtomicInteger asked = new AtomicInteger();
        Flux<Arriving> runs =
                Flux.range(1, 399).doOnNext(i -> asked.incrementAndGet()).map(i -> sent(() -> log.entries(i, i + 1)));
        CompletableFuture<List<Pulled>> outcomes = new CompletableFuture<>();
        await(node.transactions.inTransaction(connection -> IssuerRow.lock(connection, List.of(log.issuer))
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(locked -> {
                    node.intake.pulled(runs).collectList().subscribe(outcomes::complete);
                    Awaitility.await()
                            .during(Duration.ofSeconds(1))
                            .until(() -> asked.get() >= PostgresIntake.MAX_UNDER_WAY && !outcomes.isDone());
                    assertThat(asked.get())
                            .isLessThanOrEqualTo(PostgresIntake.MAX_UNDER_WAY + PostgresIntake.MAX_READ_AHEAD + 3);
                })));
        assertThat(outcomes.join()).hasSize(399).last().isEqualTo(new Pulled.Applied(399));
    }

    @Test
    void aRunWaitsForRoomInTheQueue() {
        IssuerLogFixture large = new IssuerLogFixture(8);
        large.describe("Large");
        large.publish("first");
        node.pull(large.entries(0, 1));
        while (large.run(1, large.entries.size()).events().stream()
                        .mapToInt(e -> e.encoded().length)
                        .sum()
                < ProfileLimits.MAX_RUN_BYTES - 1024) {
            large.publish("person" + large.entries.size());
        }
        List<LogEntry> run = large.entries(1, large.entries.size());
        int bytes = run.stream().mapToInt(LogEntry::messageBytes).sum();
        int fill = IngestQueue.MAX_QUEUED_BYTES / bytes + 2;
        IssuerLogFixture log = logOf(20);
        CompletableFuture<List<Pulled>> outcomes = new CompletableFuture<>();
        List<Mono<Pulled>> filling = IntStream.range(0, fill)
                .mapToObj(i -> node.intake.pulled(run, PEER))
                .toList();
        await(node.transactions.inTransaction(connection -> IssuerRow.lock(connection, List.of(large.issuer))
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(locked -> {
                    Flux.merge(Flux.fromIterable(filling), fill, 1).subscribe();
                    Awaitility.await()
                            .atMost(TestRegistry.PATIENCE)
                            .until(() -> node.intake.queue().worker().stats().queued() + bytes
                                    > IngestQueue.MAX_QUEUED_BYTES);
                    node.intake
                            .pulled(Flux.just(sent(() -> run), sent(() -> log.entries)))
                            .collectList()
                            .subscribe(outcomes::complete);
                    Awaitility.await()
                            .atMost(TestRegistry.PATIENCE)
                            .until(() -> node.intake.queue().worker().stats().refused() > 1);
                })));
        assertThat(outcomes.join())
                .containsExactly(new Pulled.Applied(run.size()), new Pulled.Applied(log.entries.size() - 1));
    }

    private static IssuerLogFixture logOf(int events) {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        while (log.entries.size() < events) {
            log.publish("person" + log.entries.size());
        }
        return log;
    }
}
