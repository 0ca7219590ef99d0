package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is hardly HTTP is answered by a problem all the same. */
class BadHttpIT extends RealNode {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aLineThatIsNoRequest() throws Exception {
        isRefused("HELO mail.example\r\n\r\n", 400, "/problems/bad-request");
    }

    @Test
    void aPathWithoutEnd() throws Exception {
        isRefused(
                "GET /api/v1/profiles/" + "x".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                414,
                "/problems/uri-too-long");
    }

    /** More than the sockets hold: a connection that is closed with this unread would be reset, and the answer lost. */
    @Test
    void aPathWithoutEndAndABodyAfterIt() throws Exception {
        isRefused(
                "PUT /api/v1/profiles/" + "x".repeat(5000) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n"
                        + "x".repeat(8_000_000),
                414,
                "/problems/uri-too-long");
    }

    @Test
    void headersWithoutEnd() throws Exception {
        isRefused(
                "GET /api/v1/issuers HTTP/1.1\r\nHost: x\r\nCookie: " + "x".repeat(9000) + "\r\n\r\n",
                431,
                "/problems/request-header-fields-too-large");
    }

    @Test
    void aContentLengthThatIsNoNumber() throws Exception {
        isRefused(
                "POST /credentials/verify HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
                400,
                "/problems/bad-request");
    }

    @Test
    void twoAnswersToWhereTheBodyEnds() throws Exception {
        isRefused(
                "POST /credentials/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\n{}{}",
                400,
                "/problems/bad-request");
    }

    private void isRefused(String request, int status, String type) throws Exception {
        try (Wire wire = new Wire(port())) {
            String answer = wire.send(request).readAll(PATIENCE);
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("content-type: application/problem+json");
            JsonNode problem = Wire.problem(answer);
            assertThat(problem.path("type").asString()).isEqualTo(type);
            assertThat(problem.path("status").asInt()).isEqualTo(status);
        }
    }
}
