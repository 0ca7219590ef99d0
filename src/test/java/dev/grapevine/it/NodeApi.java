package dev.grapevine.it;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node's REST API in the words of the tests. */
final class NodeApi {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Longer than a node takes to answer: a publish after a restart may wait 45 s for peers and the database. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI base;

    NodeApi(URI base) {
        this.base = base;
    }

    /** An answer: status and JSON body (missing node if there was none). */
    record Answer(int status, JsonNode json) {}

    boolean isReady() {
        try {
            return HTTP.send(request("/actuator/health/readiness").GET().build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Prometheus' text format. */
    String metrics() {
        return exchange("GET", "/actuator/prometheus", BodyPublishers.noBody(), List.of())
                .body();
    }

    Answer publish(String json) {
        return send("POST", "/api/v1/profiles", BodyPublishers.ofString(json));
    }

    /** @param traceparent the header of W3C Trace Context */
    HttpResponse<String> publish(String json, String traceparent) {
        return exchange("POST", "/api/v1/profiles", BodyPublishers.ofString(json), List.of("traceparent", traceparent));
    }

    /** Publishes once, however often it is sent. */
    Answer publishOnce(String json, String idempotencyKey) {
        HttpResponse<String> response = exchange(
                "POST", "/api/v1/profiles", BodyPublishers.ofString(json), List.of("Idempotency-Key", idempotencyKey));
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    Answer update(String username, String json) {
        return send("PUT", "/api/v1/profiles/" + username, BodyPublishers.ofString(json));
    }

    Answer revoke(String username) {
        return send("POST", "/api/v1/profiles/" + username + "/revoke", BodyPublishers.ofString("{}"));
    }

    Answer erase(String username) {
        return send("DELETE", "/api/v1/profiles/" + username, BodyPublishers.noBody());
    }

    /** The same, with the headers of the answer. */
    HttpResponse<String> eraseNamed(String username) {
        return exchange("DELETE", "/api/v1/profiles/" + username, BodyPublishers.noBody(), List.of());
    }

    /** Reads whatever stands there. */
    HttpResponse<String> fetch(String path, String... headers) {
        return exchange("GET", path, BodyPublishers.noBody(), List.of(headers));
    }

    Answer lookUp(String username) {
        return send("GET", "/api/v1/profiles/" + username, BodyPublishers.noBody());
    }

    /** The attestation of the issuer with this name, if there is one. */
    Optional<JsonNode> attestation(String username, String issuer) {
        Answer answer = lookUp(username);
        if (answer.status() != 200) {
            return Optional.empty();
        }
        return answer.json()
                .path("attestations")
                .valueStream()
                .filter(attestation ->
                        attestation.path("issuer").path("name").asString("").equals(issuer))
                .findFirst();
    }

    Answer get(String path) {
        return send("GET", path, BodyPublishers.noBody());
    }

    Answer verify(JsonNode credential) {
        return send(
                "POST",
                "/credentials/verify",
                BodyPublishers.ofString(JSON.createObjectNode()
                        .set("verifiableCredential", credential)
                        .toString()));
    }

    /** Of the whole registry. */
    String digest() {
        return send("GET", "/api/v1/registry/digest", BodyPublishers.noBody())
                .json()
                .path("digest")
                .asString();
    }

    JsonNode audit() {
        return send("GET", "/api/v1/audit?limit=1000", BodyPublishers.noBody()).json();
    }

    /** One issuer, with the forks of its log. */
    Answer issuer(String did) {
        return send("GET", "/api/v1/issuers/" + did, BodyPublishers.noBody());
    }

    JsonNode status() {
        return send("GET", "/api/v1/network/status", BodyPublishers.noBody()).json();
    }

    /**
     * Imports a roster. The results come while it is sent; they end with an error when the connection breaks.
     *
     * @param lines NDJSON
     */
    Flux<JsonNode> importRoster(List<String> lines) {
        return importPieces(Flux.fromIterable(lines).buffer(50).map(some -> String.join("\n", some) + "\n"));
    }

    /** Imports a roster that comes in pieces. */
    Flux<JsonNode> importPieces(Flux<String> text) {
        Flux<ByteBuf> pieces = text.map(piece -> Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8));
        return reactor.netty.http.client.HttpClient.create()
                .headers(headers -> headers.set("Authorization", "Bearer " + NodeProcess.API_KEY)
                        .set("Content-Type", "application/x-ndjson")
                        .set("Accept", "application/x-ndjson"))
                .post()
                .uri(base.resolve("/api/v1/profiles/import"))
                .send((request, out) -> out.send(pieces, piece -> true))
                .response((response, body) -> body.asByteArray().concatMapIterable(new Lines()))
                .map(JSON::readTree);
    }

    /** The lines of the stream of changes, from now on. */
    Flux<String> stream() {
        return reactor.netty.http.client.HttpClient.create()
                .headers(headers -> headers.set("Authorization", "Bearer " + NodeProcess.API_KEY))
                .get()
                .uri(base.resolve("/api/v1/profiles/stream"))
                .response((response, body) -> body.asByteArray().concatMapIterable(new Lines()));
    }

    /** Cuts a stream into lines, wherever its pieces end. */
    private static final class Lines implements Function<byte[], List<String>> {
        private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

        @Override
        public List<String> apply(byte[] piece) {
            List<String> lines = new ArrayList<>();
            for (byte b : piece) {
                if (b == '\n') {
                    lines.add(unfinished.toString(StandardCharsets.UTF_8));
                    unfinished.reset();
                } else {
                    unfinished.write(b);
                }
            }
            return lines;
        }
    }

    private Answer send(String method, String path, BodyPublisher body) {
        return answer(exchange(method, path, body, List.of()));
    }

    static Answer answer(HttpResponse<String> response) {
        String text = response.body();
        return new Answer(response.statusCode(), text.isEmpty() ? JSON.missingNode() : JSON.readTree(text));
    }

    private HttpResponse<String> exchange(String method, String path, BodyPublisher body, List<String> headers) {
        HttpRequest.Builder request = request(path)
                .header("Authorization", "Bearer " + NodeProcess.API_KEY)
                .header("Content-Type", "application/json");
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            return HTTP.send(request.method(method, body).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + base.resolve(path), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
    }
}
