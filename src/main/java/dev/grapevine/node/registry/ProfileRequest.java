package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What somebody asks to be published of a person. Its values are valid: see {@code web.ProfileReader}.
 *
 * @param claims for the credential alone
 * @param publicClaims for the credential and for everybody
 * @param evidence how it was found out, for the credential alone
 * @param validUntil in whole seconds
 */
public record ProfileRequest(
        String username,
        String displayName,
        Optional<String> subject,
        ObjectNode claims,
        ObjectNode publicClaims,
        List<JsonNode> evidence,
        Visibility visibility,
        Optional<Instant> validUntil) {

    private static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    /** The same for the same content, in whatever order the properties came. */
    Hash contentDigest() {
        ObjectNode content = SORTED.createObjectNode();
        content.put("username", username).put("displayName", displayName).put("visibility", visibility.text());
        subject.ifPresent(text -> content.put("subject", text));
        validUntil.ifPresent(until -> content.put("validUntil", until.getEpochSecond()));
        content.set("claims", claims);
        content.set("publicClaims", publicClaims);
        ArrayNode items = content.putArray("evidence");
        evidence.forEach(items::add);
        return Hash.of(SORTED.writeValueAsBytes(content));
    }
}
