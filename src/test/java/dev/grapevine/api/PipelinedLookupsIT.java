package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that come together on one connection are answered in their order, whichever way each takes (RFC 9112 §9.3.2). */
class PipelinedLookupsIT extends RealNode {

    private static final int CONNECTIONS = 20;

    /** Netty reads no more than 128 ahead. */
    private static final int DEPTH = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final Pattern USERNAME = Pattern.compile("\"username\":\"([a-z]+)\"");

    /** Without {@code Connection: close}, at which the server drops what it has not answered yet. */
    private static final String LAST = lookup("zoe", "");

    private static final String LAST_ANSWER = "\"username\":\"zoe\"";

    @BeforeEach
    void publish() throws Exception {
        for (String username : List.of("ada", "bob", "zoe")) {
            HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/profiles"))
                    .header("Authorization", "Bearer " + KEY)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            "{\"username\":\"%s\",\"displayName\":\"Somebody\"}".formatted(username)))
                    .build();
            assertThat(HTTP.send(request, BodyHandlers.discarding()).statusCode())
                    .isIn(201, 409);
        }
    }

    private static String lookup(String username, String headers) {
        return "GET /api/v1/profiles/" + username + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    @Test
    void allWaysInTurn() throws Exception {
        String body = "{\"verifiableCredential\":{}}";
        String requests = lookup("ada", "")
                + lookup("nobody", "")
                + lookup("bob", "")
                + lookup("ada", "Accept: text/plain, */*\r\n")
                + lookup("bob", "If-None-Match: *\r\n")
                + "POST /credentials/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body
                + lookup("bob", "Authorization: Bearer wrong\r\n")
                + LAST;
        try (Wire wire = new Wire(port())) {
            String answers = wire.send(requests).readUntil(LAST_ANSWER, PATIENCE);
            assertThat(all(STATUS_LINE, answers))
                    .containsExactly("200", "404", "200", "200", "304", "400", "401", "200");
            assertThat(all(USERNAME, answers)).containsExactly("ada", "bob", "ada", "zoe");
        }
    }

    @Test
    void inPiecesOfAnyLength() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CONNECTIONS; i++) {
            List<String> usernames = new ArrayList<>();
            StringBuilder requests = new StringBuilder();
            for (int j = 0; j < DEPTH; j++) {
                String username = random.nextBoolean() ? "ada" : "bob";
                usernames.add(username);
                requests.append(lookup(username, random.nextInt(10) == 0 ? "Accept: text/plain, */*\r\n" : ""));
            }
            usernames.add("zoe");
            byte[] bytes = requests.append(LAST).toString().getBytes(StandardCharsets.US_ASCII);
            try (Wire wire = new Wire(port())) {
                Thread sender = Thread.ofVirtual().start(() -> sendInPieces(wire, bytes, random.split()));
                assertThat(all(USERNAME, wire.readUntil(LAST_ANSWER, PATIENCE))).isEqualTo(usernames);
                sender.join();
            }
        }
    }

    private static void sendInPieces(Wire wire, byte[] bytes, SplittableRandom random) {
        try {
            for (int sent = 0; sent < bytes.length; ) {
                int next = Math.min(bytes.length, sent + 1 + random.nextInt(500));
                wire.send(Arrays.copyOfRange(bytes, sent, next));
                sent = next;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
