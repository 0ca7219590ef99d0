package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.it.NodeApi.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** People who are published one by one with Idempotency-Keys while their node is killed; their sender repeats them all. */
final class KeyedPosts {

    private static final int AT_ONCE = 4;
    private static final int ANSWERED_BEFORE_THE_KILL = 20;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final NodeProcess node;
    private final AtomicInteger people = new AtomicInteger();
    private final Map<Integer, Answer> answered = new ConcurrentHashMap<>();
    private final Queue<Answer> refused = new ConcurrentLinkedQueue<>();
    private final ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);

    KeyedPosts(NodeProcess node) {
        this.node = node;
    }

    /** Sends until the node or its database is gone, or {@link #repeat}; returns when some are answered. */
    void begin() {
        for (int i = 0; i < AT_ONCE; i++) {
            senders.execute(() -> {
                try {
                    while (!senders.isShutdown()) {
                        int person = people.getAndIncrement();
                        Answer answer = send(person);
                        if (answer.status() != 201) {
                            refused.add(answer);
                            throw new IllegalStateException("its database is gone");
                        }
                        answered.put(person, answer);
                    }
                } catch (IllegalStateException gone) {
                    senders.shutdown();
                }
            });
        }
        await().atMost(TIMEOUT).until(() -> answered.size() >= ANSWERED_BEFORE_THE_KILL);
    }

    /** Sends all once more: who was answered gets the same answer, and everybody is published once. */
    void repeat() {
        // a database that is soon there again may have been missed by none of them
        senders.shutdown();
        await("the senders have their answers").atMost(TIMEOUT).until(senders::isTerminated);
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().path("type").asString()).isEqualTo("/problems/service-unavailable");
        });
        IntStream.range(0, people.get()).parallel().forEach(person -> {
            Answer answer = send(person);
            assertThat(answer.status()).as(username(person)).isEqualTo(201);
            Answer before = answered.getOrDefault(person, answer);
            assertThat(answer).as(username(person)).isEqualTo(before);
            assertThat(node.api()
                            .attestation(username(person), node.name())
                            .orElseThrow()
                            .path("profileId"))
                    .isEqualTo(answer.json().at("/profile/profileId"));
        });
    }

    private Answer send(int person) {
        return node.api()
                .publishOnce(
                        "{\"username\":\"%s\",\"displayName\":\"Keyed\"}".formatted(username(person)),
                        "\"key-" + person + "\"");
    }

    private static String username(int person) {
        return "keyed" + person;
    }
}
