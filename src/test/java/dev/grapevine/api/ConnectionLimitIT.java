package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/** Beyond {@code grapevine.http.max-connections} a connection is closed as it comes; those that are open go on. */
@TestPropertySource(properties = "grapevine.http.max-connections=" + ConnectionLimitIT.MAX_CONNECTIONS)
class ConnectionLimitIT extends RealNode {

    static final int MAX_CONNECTIONS = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String REQUEST = "GET /problems/not-found HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String END_OF_PAGE = "</html>\n";

    @Autowired
    private MeterRegistry meters;

    @Value("${local.management.port}")
    private int managementPort;

    @Test
    void oneTooManyIsClosedTheOthersGoOnAndAPlaceThatGetsFreeIsTaken() throws Exception {
        List<Wire> open = new ArrayList<>();
        for (int i = 0; i < MAX_CONNECTIONS; i++) {
            Wire wire = new Wire(port());
            open.add(wire);
            isAnswered(wire);
        }
        assertThat(meters.get("grapevine.http.connections")
                        .tag("port", "api")
                        .gauge()
                        .value())
                .isEqualTo(MAX_CONNECTIONS);

        for (int i = 0; i < 3; i++) {
            try (Wire oneTooMany = new Wire(port())) {
                assertThat(oneTooMany.readAll(PATIENCE))
                        .as("closed, without a word")
                        .isEmpty();
            }
        }
        assertThat(meters.get("grapevine.http.connections.refused")
                        .tag("port", "api")
                        .counter()
                        .count())
                .isEqualTo(3);
        for (Wire wire : open) {
            isAnswered(wire);
        }
        assertThat(health()).isEqualTo(200);

        open.removeFirst().close();
        await("the place that got free is taken").atMost(PATIENCE).until(() -> {
            Wire another = new Wire(port());
            open.add(another);
            return another.send(REQUEST).readUntil(END_OF_PAGE, PATIENCE).startsWith("HTTP/1.1 200 ");
        });
        for (Wire wire : open) {
            wire.close();
        }
    }

    private static void isAnswered(Wire wire) throws IOException {
        assertThat(wire.send(REQUEST).readUntil(END_OF_PAGE, PATIENCE)).startsWith("HTTP/1.1 200 ");
    }

    /** By a client of its own, on the port that counts for itself. */
    private int health() throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/liveness"))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }
}
