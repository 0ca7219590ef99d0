package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.PATIENCE;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.NodeApplication;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.testapi.OneAtATime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream of changes, over HTTP, of two instances that share a database. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@OneAtATime
class StreamIT {

    private static final String KEY = "correct-horse-battery-staple";
    private static final long SEED = 20261120;
    private static final int PUBLISHED_BY_EACH = 500;
    private static final int INGESTED_LOGS = 20;
    private static final int EVENTS_OF_A_LOG = 11;

    @TempDir
    static Path directory;

    private static ConfigurableApplicationContext first;
    private static ConfigurableApplicationContext second;

    @BeforeAll
    static void startTwoInstances() {
        String database = TestPostgres.newDatabase();
        first = instance("first", database);
        second = instance("second", database);
    }

    private static ConfigurableApplicationContext instance(String name, String database) {
        return SpringApplication.run(
                NodeApplication.class,
                "--grapevine.network=" + IssuerLogFixture.NETWORK,
                "--grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
                "--grapevine.issuer.name=University",
                "--grapevine.issuer.keyfile=" + directory.resolve("issuer.key"),
                "--grapevine.data-dir=" + directory.resolve(name),
                "--grapevine.db.url=" + database,
                "--grapevine.api-key=" + KEY,
                "--server.port=0",
                "--management.server.port=0");
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
    }

    @Test
    void aStreamCutAndResumedAnywhereGivesEveryChangeOnceAndInOrder() {
        Random random = new Random(SEED);
        long start = last();
        CompletableFuture<Void> writing = Mono.when(
                        publish("first", first), publish("second", second), ingest(100, first), ingest(200, second))
                .toFuture();
        long expected = start + 2 * PUBLISHED_BY_EACH + 2L * INGESTED_LOGS * EVENTS_OF_A_LOG;
        List<Long> seen = new ArrayList<>();
        String position = String.valueOf(start);
        while (Long.parseLong(position) < expected) {
            int cutAfter = 1 + random.nextInt(200);
            ConfigurableApplicationContext instance = random.nextBoolean() ? first : second;
            List<ServerSentEvent<String>> blocks =
                    Objects.requireNonNull(stream(instance, position, random.nextBoolean())
                            .takeUntil(block -> String.valueOf(expected).equals(block.id()))
                            .take(cutAfter)
                            .collectList()
                            .block(PATIENCE));
            blocks.stream().filter(StreamIT::isEvent).forEach(block -> seen.add(Long.valueOf(block.id())));
            position = blocks.getLast().id();
        }
        writing.join();
        assertThat(seen)
                .as("seed %d", SEED)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(start + 1, expected).boxed().toList());
    }

    private static Mono<Void> publish(String prefix, ConfigurableApplicationContext instance) {
        return Flux.range(0, PUBLISHED_BY_EACH)
                .flatMap(
                        i -> instance.getBean(Publisher.class)
                                .publish(person(prefix + i, "Person " + i), TestRegistry.CLERK, Optional.empty()),
                        10)
                .then();
    }

    private static Mono<Void> ingest(int firstSeed, ConfigurableApplicationContext instance) {
        return Flux.range(firstSeed, INGESTED_LOGS)
                .concatMap(seed -> {
                    IssuerLogFixture log = new IssuerLogFixture(seed);
                    log.describe("Issuer " + seed);
                    for (int i = 1; i < EVENTS_OF_A_LOG; i++) {
                        log.publish("person" + i);
                    }
                    return instance.getBean(Intake.class).pulled(log.entries, TestRegistry.PEER);
                })
                .then();
    }

    @Test
    void aStreamBeginsNowAndTellsItsPlaceBeforeAnythingHappens() {
        long last = last();
        ServerSentEvent<String> opening =
                Objects.requireNonNull(stream(first, null, false).blockFirst(PATIENCE));
        assertThat(opening.id()).isEqualTo(String.valueOf(last));
        assertThat(opening.retry()).hasSeconds(2);
        assertThat(isEvent(opening)).isFalse();

        CompletableFuture<ServerSentEvent<String>> next = stream(second, null, false)
                .doOnNext(block -> {
                    if (!isEvent(block)) {
                        publishOnFirst("newcomer").subscribe();
                    }
                })
                .filter(StreamIT::isEvent)
                .next()
                .toFuture();
        assertThat(next.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join())
                .satisfies(event -> {
                    assertThat(event.event()).isEqualTo("published");
                    JsonNode data = json(event);
                    assertThat(data.path("username").asString()).isEqualTo("newcomer");
                    assertThat(data.path("change").asString()).isEqualTo("published");
                    assertThat(data.path("issuer").asString()).startsWith("did:key:");
                    assertThat(data.path("sequence").asLong()).isPositive();
                    assertThat(data.has("profileId") && data.has("at")).isTrue();
                });
    }

    @Test
    void nothingPersonalOfAnErasedProfileIsReplayed() {
        long start = last();
        publishOnFirst("nemo").block(PATIENCE);
        first.getBean(Publisher.class)
                .erase("nemo", TestRegistry.CLERK, Optional.empty())
                .block(PATIENCE);
        List<ServerSentEvent<String>> events = events(second, start, 2);
        assertThat(events).extracting(ServerSentEvent::event).containsExactly("published", "erased");
        assertThat(events).allSatisfy(event -> assertThat(event.data()).doesNotContain("nemo", "username"));
        assertThat(json(events.getFirst()).path("profileId"))
                .isEqualTo(json(events.getLast()).path("profileId"));
    }

    @Test
    void onlyTheChangesOfOneIssuerComeWhereThatIsAskedFor() {
        long start = last();
        publishOnFirst("not.asked.for").block(PATIENCE);
        IssuerLogFixture log = new IssuerLogFixture(300);
        log.describe("Other");
        log.publish("asked.for");
        second.getBean(Intake.class).pulled(log.entries, TestRegistry.PEER).block(PATIENCE);
        publishOnFirst("not.asked.for.either").block(PATIENCE);
        List<ServerSentEvent<String>> blocks = Objects.requireNonNull(client(first)
                .get()
                .uri("/api/v1/profiles/stream?issuer={did}&lastEventId={id}", log.issuer.did(), start)
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .takeUntil(block -> String.valueOf(start + 4).equals(block.id()))
                .collectList()
                .block(PATIENCE));
        assertThat(blocks.stream().filter(StreamIT::isEvent))
                .extracting(ServerSentEvent::event)
                .containsExactly("issuer-described", "published");
    }

    @Test
    void whoComesBackTooLateIsToldAndGoesOnFromTheNewest() {
        for (int i = 0; i < 5; i++) {
            publishOnFirst("early" + i).block(PATIENCE);
        }
        first.getBean(Changes.class).prune(2).block(PATIENCE);
        long last = last();
        for (long tooLate : List.of(last - 3, last + 1_000)) {
            ServerSentEvent<String> reset = events(second, tooLate, 1).getFirst();
            assertThat(reset.event()).isEqualTo("reset");
            assertThat(reset.id()).isEqualTo(String.valueOf(last));
            assertThat(json(reset).path("position").asLong()).isEqualTo(last);
        }
        assertThat(events(second, last - 2, 2))
                .extracting(ServerSentEvent::event)
                .containsOnly("published");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lastEventId=",
                "lastEventId=abc",
                "lastEventId=-1",
                "lastEventId=1.5",
                "lastEventId=1234567890123456789",
                "issuer=",
                "issuer=did:web:example.org"
            })
    void whatIsNoIdOrIssuerIsRefused(String query) {
        assertThat(status(client(first).get().uri("/api/v1/profiles/stream?" + query)))
                .isEqualTo(HttpStatus.BAD_REQUEST);
    }

    @Test
    void theHeaderIsRefusedAsStrictlyAndCountsBeforeTheParameter() {
        assertThat(status(client(first).get().uri("/api/v1/profiles/stream").header("Last-Event-ID", "x")))
                .isEqualTo(HttpStatus.BAD_REQUEST);
        ServerSentEvent<String> opening = Objects.requireNonNull(client(first)
                .get()
                .uri("/api/v1/profiles/stream?lastEventId=0")
                .header("Last-Event-ID", String.valueOf(last()))
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {})
                .blockFirst(PATIENCE));
        assertThat(opening.id()).isEqualTo(String.valueOf(last()));
    }

    @Test
    void whoHasNoKeyOrWantsNoEventsGetsNone() {
        assertThat(status(client(first)
                        .mutate()
                        .defaultHeaders(HttpHeaders::clear)
                        .build()
                        .get()
                        .uri("/api/v1/profiles/stream")))
                .isEqualTo(HttpStatus.UNAUTHORIZED);
        assertThat(status(client(first).get().uri("/api/v1/profiles/stream").accept(MediaType.APPLICATION_JSON)))
                .isEqualTo(HttpStatus.NOT_ACCEPTABLE);
    }

    @Test
    void aCallerMayHaveEightStreamsAndNotOneMore() {
        Disposable.Composite open = Disposables.composite();
        List<CompletableFuture<Boolean>> opened = Stream.generate(() -> {
                    CompletableFuture<Boolean> began = new CompletableFuture<>();
                    open.add(stream(second, null, false).subscribe(block -> began.complete(true)));
                    return began;
                })
                .limit(8)
                .toList();
        opened.forEach(
                began -> began.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join());
        assertThat(status(client(second).get().uri("/api/v1/profiles/stream"))).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
        open.dispose();
        await().atMost(PATIENCE)
                .until(() -> status(client(second).get().uri("/api/v1/profiles/stream")) == HttpStatus.OK);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aNodeThatStopsEndsItsStreams() {
        CompletableFuture<Boolean> began = new CompletableFuture<>();
        CompletableFuture<Void> ended = stream(second, null, false)
                .doOnNext(block -> began.complete(true))
                .then()
                .toFuture();
        began.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        second.close();
        assertThat(ended).isCompleted();
    }

    private static boolean isEvent(ServerSentEvent<String> block) {
        return block.event() != null;
    }

    private static JsonNode json(ServerSentEvent<String> event) {
        return JsonMapper.shared().readTree(event.data());
    }

    private static Mono<PublishOutcome> publishOnFirst(String username) {
        return first.getBean(Publisher.class)
                .publish(person(username, "Somebody"), TestRegistry.CLERK, Optional.empty());
    }

    private static long last() {
        return Objects.requireNonNull(first.getBean(Changes.class).last().block(PATIENCE));
    }

    private static List<ServerSentEvent<String>> events(
            ConfigurableApplicationContext instance, long after, int count) {
        return Objects.requireNonNull(stream(instance, String.valueOf(after), true)
                .filter(StreamIT::isEvent)
                .take(count)
                .collectList()
                .block(PATIENCE));
    }

    private static Flux<ServerSentEvent<String>> stream(
            ConfigurableApplicationContext instance, @Nullable String after, boolean byHeader) {
        String query = after == null || byHeader ? "" : "?lastEventId=" + after;
        return client(instance)
                .get()
                .uri("/api/v1/profiles/stream" + query)
                .headers(headers -> {
                    if (after != null && byHeader) {
                        headers.set("Last-Event-ID", after);
                    }
                })
                .retrieve()
                .bodyToFlux(new ParameterizedTypeReference<>() {});
    }

    private static HttpStatus status(WebClient.RequestHeadersSpec<?> request) {
        return (HttpStatus) Objects.requireNonNull(request.exchangeToMono(response -> {
                    Mono<?> enough = response.statusCode().isError()
                            ? response.releaseBody()
                            : response.bodyToFlux(ServerSentEvent.class).next();
                    return enough.thenReturn(response.statusCode());
                })
                .block(PATIENCE));
    }

    private static WebClient client(ConfigurableApplicationContext instance) {
        return WebClient.builder()
                .baseUrl("http://127.0.0.1:" + instance.getEnvironment().getProperty("local.server.port"))
                .defaultHeader("Authorization", "Bearer " + KEY)
                .build();
    }
}
