package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that dribble (slow loris) are closed, and stop nobody. The node of these tests has little patience: 2 s. */
class SlowClientsIT extends RealNode {

    private static final int DRIBBLERS = 500;
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);
    private static final String HEAD =
            "POST /credentials/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n";

    @Test
    void headersThatDribble() throws Exception {
        isClosed("GET /api/v1/issuers HTTP/1.1\r\nX-Slow: ");
    }

    @Test
    void aBodyThatDribbles() throws Exception {
        isClosed(HEAD);
    }

    @Test
    void aSecondRequestThatDribblesOnAConnectionThatWasFast() throws Exception {
        isClosed("GET /problems HTTP/1.1\r\nHost: x\r\n\r\nGET /prob");
    }

    private void isClosed(String start) throws Exception {
        try (Wire wire = new Wire(port())) {
            wire.send(start);
            try (Dribble dribble = new Dribble(List.of(wire))) {
                assertThat(wire.isClosedWithin(LONG_ENOUGH)).isTrue();
                await("nothing more can be sent").until(() -> dribble.closed() == 1);
            }
        }
    }

    @Test
    void fiveHundredDribblersDoNotStopAnybody() throws Exception {
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < DRIBBLERS; i++) {
            wires.add(new Wire(port()).send(i % 2 == 0 ? HEAD : "GET /api/v1/issuers HTTP/1.1\r\nX-Slow: "));
        }
        try (Dribble dribble = new Dribble(wires)) {
            HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/issuers"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            for (int i = 0; i < 20; i++) {
                assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
            }
            await("every dribbler is closed").atMost(LONG_ENOUGH).until(() -> dribble.closed() == DRIBBLERS);
        }
        for (Wire wire : wires) {
            wire.close();
        }
    }

    @Test
    void aClientThatPausesBetweenRequestsIsKept() throws Exception {
        try (Wire wire = new Wire(port())) {
            wire.send("GET /problems/not-found HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(wire.isClosedWithin(Duration.ofSeconds(4))).isFalse();
            wire.send("GET /problems/not-found HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(wire.readAll(LONG_ENOUGH)).startsWith("HTTP/1.1 200 ");
        }
    }

    /** Sends a byte on each connection ten times a second, and notices which are closed. */
    private static final class Dribble implements AutoCloseable {

        private final List<Wire> open;
        private final AtomicInteger closed = new AtomicInteger();
        private final Thread thread;

        Dribble(List<Wire> wires) {
            open = new ArrayList<>(wires);
            thread = Thread.ofVirtual().start(this::run);
        }

        int closed() {
            return closed.get();
        }

        private void run() {
            try {
                while (true) {
                    open.removeIf(this::isClosed);
                    Thread.sleep(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private boolean isClosed(Wire wire) {
            try {
                wire.send("x");
                return false;
            } catch (IOException e) {
                closed.incrementAndGet();
                return true;
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
