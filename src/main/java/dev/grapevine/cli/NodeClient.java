package dev.grapevine.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node's REST API, as far as the demo uses it. Every call waits for its answer; call from as many threads as you like. */
final class NodeClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int TOO_MANY_REQUESTS = 429;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http;
    private final URI node;
    private final String apiKey;

    NodeClient(HttpClient http, URI node, String apiKey) {
        this.http = http;
        this.node = node;
        this.apiKey = apiKey;
    }

    /** A client that all of a demo's calls share. */
    static HttpClient http() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** What the node knows of a username; empty when it answers 404. */
    Optional<JsonNode> lookUp(String username) {
        HttpResponse<String> response = send(get(profile(username)));
        return response.statusCode() == 404 ? Optional.empty() : Optional.of(json(response, 200));
    }

    /** Whether the node has this many peers that take part in its gossip, and has heard of as many issuers as there are nodes. */
    boolean isConnected(int peers) {
        JsonNode status = status();
        return status.path("heads").size() > peers
                && status.path("topics")
                        .valueStream()
                        .anyMatch(topic -> topic.path("mesh").size() >= peers);
    }

    private JsonNode status() {
        return json(send(get("/api/v1/network/status")), 200);
    }

    /** How far the node has come in each issuer's log: the sequence of the head, by the issuer's DID. */
    Map<String, Long> heads() {
        return status().path("heads")
                .valueStream()
                .collect(Collectors.toMap(
                        head -> head.path("issuer").asString(""),
                        head -> head.path("sequence").asLong(-1)));
    }

    /** The DID of the issuer with this name, if the node knows one. */
    Optional<String> issuer(String name) {
        return json(send(get("/api/v1/issuers")), 200).findParents("name").stream()
                .filter(issuer -> issuer.path("name").asString("").equals(name))
                .map(issuer -> issuer.path("id").asString(""))
                .findFirst();
    }

    /** Whether the readiness probe, on the management port, says yes. */
    boolean isReady() {
        try {
            return send(get("/actuator/health/readiness")).statusCode() == 200;
        } catch (NodeException notYet) {
            return false;
        }
    }

    /** Puts a new version of a profile, and answers with profile and credential. */
    JsonNode put(String username, String body) {
        HttpRequest.Builder request = request(profile(username))
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body));
        return json(send(request), 200);
    }

    /** What the node says of a credential, whether it verifies or not. */
    JsonNode verify(JsonNode credential) {
        String body =
                JSON.createObjectNode().set("verifiableCredential", credential).toString();
        HttpRequest.Builder request = request("/credentials/verify")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return json(send(request), 200, 400, 422);
    }

    private static String profile(String username) {
        return "/api/v1/profiles/" + URLEncoder.encode(username, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder get(String path) {
        return request(path).GET();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.resolve(path)).timeout(TIMEOUT);
    }

    /** Comes again as often as the node says that it comes too fast. */
    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            while (response.statusCode() == TOO_MANY_REQUESTS) {
                Thread.sleep(Duration.ofSeconds(
                        response.headers().firstValueAsLong("Retry-After").orElse(1)));
                response = http.send(request.build(), BodyHandlers.ofString());
            }
            return response;
        } catch (IOException e) {
            throw new NodeException(node + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted", e);
        }
    }

    private JsonNode json(HttpResponse<String> response, int... expected) {
        for (int status : expected) {
            if (response.statusCode() == status) {
                return JSON.readTree(response.body());
            }
        }
        throw new NodeException(response.request().method() + " "
                + response.request().uri() + ": " + Problem.text(response.statusCode(), response.body()));
    }
}
