package dev.grapevine.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The key endpoints of a node's REST API. Every call waits for its answer, and throws {@link NodeException} when refused. */
final class KeyClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String PATH = "/api/v1/keys";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = NodeClient.http();
    private final URI node;
    private final String apiKey;

    KeyClient(URI node, String apiKey) {
        this.node = node;
        this.apiKey = apiKey;
    }

    /** Makes a key; answers its secret and what is known of it. */
    JsonNode add(List<String> roles, @Nullable String name, @Nullable String expires) {
        ObjectNode wanted = JSON.createObjectNode();
        roles.forEach(wanted.putArray("roles")::add);
        if (name != null) {
            wanted.put("name", name);
        }
        if (expires != null) {
            wanted.put("expires", expires);
        }
        return JSON.readTree(send("POST", PATH, BodyPublishers.ofString(wanted.toString())));
    }

    JsonNode list() {
        return JSON.readTree(send("GET", PATH, BodyPublishers.noBody()));
    }

    void revoke(String id) {
        send("DELETE", PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8), BodyPublishers.noBody());
    }

    private String send(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + apiKey)
                .header("Content-Type", "application/json")
                .method(method, body)
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new NodeException("the node refuses: " + Problem.text(response.statusCode(), response.body()));
            }
            return response.body();
        } catch (ConnectException e) {
            throw new NodeException("no node answers at " + node + "; is it running?", e);
        } catch (IOException e) {
            throw new NodeException(node + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted", e);
        }
    }
}
