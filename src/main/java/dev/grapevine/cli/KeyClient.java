package dev.grapevine.cli;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The key endpoints of a node's REST API. Every call waits for its answer, and throws {@link NodeException} when refused. */
final class KeyClient {

    private static final String PATH = "/api/v1/keys";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ApiCalls node;

    KeyClient(URI node, String apiKey) {
        this.node = new ApiCalls(node, apiKey);
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
        return JSON.readTree(node.send("POST", PATH, BodyPublishers.ofString(wanted.toString())));
    }

    JsonNode list() {
        return JSON.readTree(node.send("GET", PATH, BodyPublishers.noBody()));
    }

    void revoke(String id) {
        node.send("DELETE", PATH + "/" + URLEncoder.encode(id, StandardCharsets.UTF_8), BodyPublishers.noBody());
    }
}
