package dev.grapevine.cli;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The endpoints of issuers' keys of a node's REST API. Every call throws {@link NodeException} when refused. */
final class IssuerKeyClient {

    /** How often a rotation or recovery is sent when the answer is lost: the second time it changes nothing. */
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

    /**
     * Has the node prepare a recovery.
     *
     * @param at the last event that stands; null: the last one that the node has
     */
    JsonNode prepareRecovery(@Nullable Long at) {
        ObjectNode body = JSON.createObjectNode();
        if (at != null) {
            body.put("at", at);
        }
        return JSON.readTree(
                node.send("POST", "/api/v1/issuer-key/recovery/prepare", BodyPublishers.ofString(body.toString())));
    }

    /** Has the node put a signed recovery into the log. */
    JsonNode recover(byte[] envelope) {
        return untilAnswered(
                "/api/v1/issuer-key/recovery",
                JSON.createObjectNode().put("event", Base64.getEncoder().encodeToString(envelope)));
    }

    /** Has a new key take over from one; answers which it is. */
    JsonNode rotate(String replaces) {
        return untilAnswered(
                "/api/v1/issuer-key/rotate", JSON.createObjectNode().put("replaces", replaces));
    }

    private JsonNode untilAnswered(String path, ObjectNode body) {
        for (int attempt = 1; ; attempt++) {
            try {
                return JSON.readTree(node.send("POST", path, BodyPublishers.ofString(body.toString())));
            } catch (ApiCalls.NoAnswerException lost) {
                if (attempt == ATTEMPTS) {
                    throw lost;
                }
            }
        }
    }
}
