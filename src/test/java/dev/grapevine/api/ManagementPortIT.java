package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Errors of the management port are problems as well, and lead to pages on it. */
@TestPropertySource(properties = "grapevine.issuer.name=Managed") // a node of its own
class ManagementPortIT extends RealNode {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Value("${local.management.port}")
    private int port;

    @Test
    void aPathThatThereIsNot() throws Exception {
        isProblem(HTTP.send(request("/nothing").build(), BodyHandlers.ofString()), 404, "/problems/not-found");
        isProblem(HTTP.send(request("/actuator/env").build(), BodyHandlers.ofString()), 404, "/problems/not-found");
    }

    @Test
    void aMethodThatThereIsNot() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                request("/actuator/health")
                        .header("Authorization", "Bearer " + KEY)
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        isProblem(answer, 405, "/problems/method-not-allowed");
        assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
    }

    /** Which methods there are is not for everybody to try out. */
    @Test
    void aWriteWithoutAKey() throws Exception {
        isProblem(
                HTTP.send(
                        request("/actuator/health")
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString()),
                401,
                "/problems/unauthorized");
    }

    @Test
    void aKindThatIsNotSpoken() throws Exception {
        isProblem(
                HTTP.send(
                        request("/actuator/prometheus")
                                .header("Accept", "image/png")
                                .build(),
                        BodyHandlers.ofString()),
                406,
                "/problems/not-acceptable");
    }

    @Test
    void headersWithoutEnd() throws Exception {
        isRefused(
                "GET /actuator/health HTTP/1.1\r\nHost: x\r\nCookie: " + "x".repeat(9000) + "\r\n\r\n",
                431,
                "/problems/request-header-fields-too-large");
    }

    @Test
    void aPathWithoutEnd() throws Exception {
        isRefused("GET /" + "x".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414, "/problems/uri-too-long");
    }

    @Test
    void aLineThatIsNoRequest() throws Exception {
        isRefused("HELO mail.example\r\n\r\n", 400, "/problems/bad-request");
    }

    @Test
    void headersThatDribble() throws Exception {
        try (Wire wire = new Wire(port)) {
            wire.send("GET /actuator/health HTTP/1.1\r\nX-Slow: ");
            assertThat(wire.isClosedWithin(PATIENCE)).isTrue();
        }
    }

    @Test
    void typesLeadToPagesHereToo() throws Exception {
        HttpResponse<String> page = HTTP.send(request("/problems/not-found").build(), BodyHandlers.ofString());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<h1>Not Found</h1>");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private void isRefused(String request, int status, String type) throws IOException {
        try (Wire wire = new Wire(port)) {
            String answer = wire.send(request).readAll(PATIENCE);
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("content-type: application/problem+json");
            assertThat(Wire.problem(answer).path("type").asString()).isEqualTo(type);
        }
    }

    private static void isProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = JsonMapper.shared().readTree(answer.body());
        assertThat(problem.path("type").asString()).isEqualTo(type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("instance").asString()).isEqualTo(answer.uri().getPath());
    }
}
