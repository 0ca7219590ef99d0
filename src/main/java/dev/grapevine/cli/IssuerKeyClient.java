package dev.grapevine.cli;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints of issuers' keys of a node's REST API. Every call throws {@link NodeException} when refused. */
final class IssuerKeyClient {

    /** How often a rotation is sent when the answer is lost: the second time it changes nothing. */
    private static final int ATTEMPTS = 3;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final ApiCalls node;

    /** @param apiKey null: only what is for everybody */
    IssuerKeyClient(URI node, @Nullable String apiKey) {
        this.node = new ApiCalls(node, apiKey);
    }

    /** The key of the node's issuer. */
    JsonNode own() {
        return JSON.readTree(node.send("GET", "/api/v1/issuer-key", BodyPublishers.noBody()));
    }

    /** Every signing key that an issuer has and had, the one in force last. */
    List<JsonNode> keys(String issuer) {
        String path = "/api/v1/issuers/" + URLEncoder.encode(issuer, StandardCharsets.UTF_8) + "/keys?from=";
        List<JsonNode> all = new ArrayList<>();
        long from = 0;
        while (from >= 0) {
            JsonNode page = JSON.readTree(node.send("GET", path + from, BodyPublishers.noBody()));
            page.path("keys").forEach(all::add);
            from = page.path("next").asLong(-1);
        }
        return all;
    }

    /** Has a new key take over from one; answers which it is. */
    JsonNode rotate(String replaces) {
        String body = JSON.createObjectNode().put("replaces", replaces).toString();
        for (int attempt = 1; ; attempt++) {
            try {
                return JSON.readTree(node.send("POST", "/api/v1/issuer-key/rotate", BodyPublishers.ofString(body)));
            } catch (ApiCalls.NoAnswerException lost) {
                if (attempt == ATTEMPTS) {
                    throw lost;
                }
            }
        }
    }
}
