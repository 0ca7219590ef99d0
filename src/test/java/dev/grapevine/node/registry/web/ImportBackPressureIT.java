package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpMethod;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** A roster is read only as fast as it is committed, and its sender may go at any time. */
class ImportBackPressureIT extends OneNode {

    /** What sockets and the lines under way may hold, with room; a roster that was buffered would go far beyond. */
    private static final long MAX_READ_AHEAD_BYTES = 32 * 1024 * 1024;

    private static final Duration STANDS_STILL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @LocalServerPort
    private int port;

    @Autowired
    private ConnectionFactory database;

    private final AtomicLong sent = new AtomicLong();
    private final List<String> results = Collections.synchronizedList(new ArrayList<>());

    @Test
    void anEndlessRosterWaitsInTheSendersHandsWhileNothingCommits() {
        send(HttpMethod.POST, "/api/v1/profiles", person("before-endless", "Before"));
        Connection holder = Mono.from(database.create()).block();
        Mono.from(holder.beginTransaction()).block();
        Flux.from(holder.createStatement("SELECT id FROM issuers FOR UPDATE").execute())
                .flatMap(result -> result.map(row -> row.get(0)))
                .blockLast();

        Disposable sender = sendEndlessRoster();
        long[] before = {-1};
        await().atMost(PATIENCE).pollInterval(STANDS_STILL).until(() -> {
            boolean still = sent.get() > 0 && sent.get() == before[0];
            before[0] = sent.get();
            return still;
        });
        assertThat(sent.get()).as("bytes sent while nothing was committed").isLessThan(MAX_READ_AHEAD_BYTES);
        assertThat(results).isEmpty();

        Mono.from(holder.rollbackTransaction()).then(Mono.from(holder.close())).block();
        await().atMost(PATIENCE).until(() -> results.size() > 1);

        sender.dispose();
        List<String> answered = List.copyOf(results);
        assertThat(send(HttpMethod.POST, "/api/v1/profiles", person("after-endless", "After"))
                        .expectBody()
                        .returnResult()
                        .getStatus()
                        .value())
                .isEqualTo(201);
        String all = String.join("", answered);
        String complete = all.substring(0, all.lastIndexOf('\n'));
        assertThat(complete.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("\"published\""));
        for (String line : complete.lines().limit(20).toList()) {
            String username = line.replaceAll(".*\"username\":\"([^\"]*)\".*", "$1");
            bare.get()
                    .uri("/api/v1/profiles/" + username)
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
    }

    private Disposable sendEndlessRoster() {
        String name = "x".repeat(200);
        Flux<byte[]> lines = Flux.<byte[], Integer>generate(() -> 0, (i, sink) -> {
                    sink.next((person("endless" + i, name) + "\n").getBytes(StandardCharsets.UTF_8));
                    return i + 1;
                })
                .doOnNext(line -> sent.addAndGet(line.length));
        return HttpClient.create()
                .headers(headers ->
                        headers.set("Authorization", "Bearer " + KEY).set("Content-Type", "application/x-ndjson"))
                .post()
                .uri("http://localhost:" + port + "/api/v1/profiles/import")
                .send(lines.map(Unpooled::wrappedBuffer))
                .responseContent()
                .asString()
                .subscribe(results::add, cut -> {});
    }

    @Test
    void moreRostersThanTheNodeTakesAtOnceAreToldToComeBack() {
        List<Disposable> senders = Flux.range(0, ImportController.MAX_IMPORTS)
                .map(i -> HttpClient.create()
                        .headers(headers -> headers.set("Authorization", "Bearer " + KEY)
                                .set("Content-Type", "application/x-ndjson"))
                        .post()
                        .uri("http://localhost:" + port + "/api/v1/profiles/import")
                        .send(Flux.just(Unpooled.wrappedBuffer(
                                        (person("slow" + i, "Slow") + "\n").getBytes(StandardCharsets.UTF_8)))
                                .concatWith(Flux.never()))
                        .responseContent()
                        .asString()
                        .subscribe(results::add, cut -> {}))
                .collectList()
                .block();
        await().atMost(PATIENCE).until(() -> results.size() == ImportController.MAX_IMPORTS);

        client.post()
                .uri("/api/v1/profiles/import")
                .header("Content-Type", "application/x-ndjson")
                .bodyValue(person("one-too-many", "One") + "\n")
                .exchange()
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .valueEquals("Retry-After", "1");

        senders.forEach(Disposable::dispose);
        await("the places are free again")
                .atMost(PATIENCE)
                .until(() -> client.post()
                                .uri("/api/v1/profiles/import")
                                .header("Content-Type", "application/x-ndjson")
                                .bodyValue(person("one-too-many", "One") + "\n")
                                .exchange()
                                .expectBody()
                                .returnResult()
                                .getStatus()
                                .value()
                        == 200);
    }
}
