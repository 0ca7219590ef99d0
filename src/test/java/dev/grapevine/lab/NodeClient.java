package dev.grapevine.lab;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node's API, as far as the drill uses it. */
final class NodeClient {

    /** Longer than a node waits for its database before it answers 503. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final Duration IMPORT_TIMEOUT = Duration.ofMinutes(5);
    private static final int LINES_A_PIECE = 64;
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    private final URI base;
    private final URI readiness;
    private final String apiKey;

    NodeClient(int http, int management, String apiKey) {
        this.base = URI.create("http://127.0.0.1:" + http);
        this.readiness = URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness");
        this.apiKey = apiKey;
    }

    /** An answer: status and JSON body (missing node if there was none). */
    record Answer(int status, JsonNode json) {}

    boolean isReady() throws InterruptedException {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(readiness)
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** @param once the Idempotency-Key */
    Answer publish(String json, String once) throws IOException, InterruptedException {
        return send("POST", "/api/v1/profiles", BodyPublishers.ofString(json), once);
    }

    Answer update(String username, String json, String once) throws IOException, InterruptedException {
        return send("PUT", "/api/v1/profiles/" + username, BodyPublishers.ofString(json), once);
    }

    Answer revoke(String username, String once) throws IOException, InterruptedException {
        return send("POST", "/api/v1/profiles/" + username + "/revoke", BodyPublishers.ofString("{}"), once);
    }

    Answer erase(String username, String once) throws IOException, InterruptedException {
        return send("DELETE", "/api/v1/profiles/" + username, BodyPublishers.noBody(), once);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), "");
    }

    /** An answer that there has to be. */
    JsonNode read(String path) throws IOException, InterruptedException {
        return readUnlessDatabaseIsAway(path).orElseThrow(() -> new IOException(path + ": the database is away"));
    }

    /** As {@link #read}; empty where the node answers that its database is away. */
    Optional<JsonNode> readUnlessDatabaseIsAway(String path) throws IOException, InterruptedException {
        Answer answer = get(path);
        if (answer.status == 503) {
            return Optional.empty();
        }
        if (answer.status != 200) {
            throw new IOException(path + " was answered " + answer.status + ": " + answer.json);
        }
        return Optional.of(answer.json);
    }

    /** What is known of up to 1,000 usernames, one answer for each, in their order. */
    List<JsonNode> lookUp(List<String> usernames) throws IOException, InterruptedException {
        HttpRequest request = request("/api/v1/profiles/lookup")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(Map.of("usernames", usernames))))
                .build();
        HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("a lookup was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body().lines().map(JSON::readTree).toList();
    }

    /**
     * Imports a roster. Lines go and results come at the same time.
     *
     * @param onResult is given each result as it comes
     * @throws IOException where the connection breaks; what was given until then counts
     */
    void importRoster(List<String> lines, Consumer<JsonNode> onResult) throws IOException {
        Lines results = new Lines(line -> onResult.accept(JSON.readTree(line)));
        try {
            reactor.netty.http.client.HttpClient.create()
                    .headers(headers -> headers.set("Authorization", "Bearer " + apiKey)
                            .set("Content-Type", "application/x-ndjson")
                            .set("Accept", "application/x-ndjson"))
                    .post()
                    .uri(base.resolve("/api/v1/profiles/import"))
                    .send(Flux.fromIterable(lines).buffer(LINES_A_PIECE).map(NodeClient::piece))
                    .response((response, body) -> response.status().code() == 200
                            ? body.asByteArray().doOnNext(results)
                            : Mono.error(new IllegalStateException("the import was answered " + response.status())))
                    .then()
                    .block(IMPORT_TIMEOUT);
        } catch (RuntimeException e) {
            throw new IOException(e);
        }
    }

    private static ByteBuf piece(List<String> lines) {
        return Unpooled.wrappedBuffer((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Cuts a stream into lines, wherever its pieces end. */
    private static final class Lines implements Consumer<byte[]> {
        private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
        private final Consumer<String> onLine;

        Lines(Consumer<String> onLine) {
            this.onLine = onLine;
        }

        @Override
        public void accept(byte[] piece) {
            for (byte b : piece) {
                if (b == '\n') {
                    onLine.accept(unfinished.toString(StandardCharsets.UTF_8));
                    unfinished.reset();
                } else {
                    unfinished.write(b);
                }
            }
        }
    }

    private Answer send(String method, String path, BodyPublisher body, String once)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").method(method, body);
        if (!once.isEmpty()) {
            request.header("Idempotency-Key", once);
        }
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        String text = response.body();
        return new Answer(response.statusCode(), text.isEmpty() ? JSON.missingNode() : JSON.readTree(text));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("Authorization", "Bearer " + apiKey)
                .timeout(TIMEOUT);
    }
}
