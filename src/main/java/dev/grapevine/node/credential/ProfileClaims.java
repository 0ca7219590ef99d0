package dev.grapevine.node.credential;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an issuer says of a person in one credential.
 *
 * @param username unique at the issuer
 * @param displayName how the person is called
 * @param subject a URI for the person, such as a DID that their wallet controls; null: none
 * @param claims whatever else is known; may not say {@code id}, {@code username} or {@code displayName} again
 * @param evidence how it is known: objects with a {@code type}, or plain sentences
 * @param validFrom cut to the second
 * @param validUntil cut to the second; null: for ever
 */
public record ProfileClaims(
        String username,
        String displayName,
        @Nullable String subject,
        ObjectNode claims,
        List<JsonNode> evidence,
        Instant validFrom,
        @Nullable Instant validUntil) {}
