package dev.grapevine.node.status.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.OwnStatusLists;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.credential.StatusPurpose;
import dev.grapevine.node.status.KnownCredential.Place;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request to set a status.
 *
 * @param entry where the caller says that it stands, if at all
 */
record StatusRequest(String credentialId, StatusPurpose purpose, Optional<Place> entry, boolean status) {

    static final String EXAMPLE = """
            {"credentialId": "urn:uuid:0fc754bc-fc32-46a0-aec1-a5ef385e7ea0",
             "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"},
             "status": true}""";

    private static final Set<String> PROPERTIES =
            Set.of("credentialId", "credentialStatus", "status", "indexAllocator");
    private static final Set<String> ENTRY_PROPERTIES =
            Set.of("id", "type", "statusPurpose", "statusListIndex", "statusListCredential");

    /** What the VC-API's example and its description call the type. */
    private static final Set<String> TYPES = Set.of("BitstringStatusListEntry", "BitstringStatusList");

    /** The body, for the API description alone. */
    @Schema(name = "UpdateCredentialStatusRequest", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Body(
            @Schema(description = "The credential's id, or the credentialId it was issued with.")
            String credentialId,

            Entry credentialStatus,

            @Schema(
                    description = "Whether the status is to be set or lifted.",
                    defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)
            boolean status,

            @Schema(description = "For other implementations; this one has one allocator.") @Nullable
            String indexAllocator) {}

    /** The entry, for the API description alone. */
    @Schema(name = "CredentialStatusEntry", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
    record Entry(
            @Nullable String id,

            @Schema(allowableValues = {"BitstringStatusListEntry", "BitstringStatusList"})
            String type,

            @Schema(allowableValues = {"revocation", "suspension"})
            String statusPurpose,

            @Schema(description = "With statusListCredential: must be the credential's.", pattern = "^[0-9]{1,6}$")
            @Nullable
            String statusListIndex,

            @Schema(description = "With statusListIndex: must be the credential's.") @Nullable
            String statusListCredential) {}

    /**
     * Reads a body.
     *
     * @throws MalformedException where it is no such request; the message is for people
     */
    static StatusRequest read(byte[] body, OwnStatusLists lists) {
        JsonNode json = CredentialJson.parse(body);
        JsonNode entry = json.path("credentialStatus");
        requireKnown(json, PROPERTIES, "the request");
        requireKnown(entry, ENTRY_PROPERTIES, "credentialStatus");
        if (!TYPES.contains(entry.path("type").asString(""))) {
            throw new MalformedException("credentialStatus.type is not BitstringStatusListEntry");
        }
        JsonNode id = json.path("credentialId");
        if (!id.isString() || id.stringValue().isEmpty() || id.stringValue().indexOf(0) >= 0) {
            throw new MalformedException("credentialId is not text");
        }
        JsonNode status = json.path("status");
        if (!status.isMissingNode() && !status.isBoolean()) {
            throw new MalformedException("status is neither true nor false");
        }
        StatusPurpose purpose = StatusPurpose.parse(entry.path("statusPurpose").asString(""))
                .orElseThrow(() ->
                        new MalformedException("credentialStatus.statusPurpose is neither revocation nor suspension"));
        return new StatusRequest(
                id.stringValue(), purpose, place(entry, purpose, lists), !status.isBoolean() || status.booleanValue());
    }

    private static Optional<Place> place(JsonNode entry, StatusPurpose purpose, OwnStatusLists lists) {
        if (!entry.has("statusListCredential") && !entry.has("statusListIndex")) {
            return Optional.empty();
        }
        String index = entry.path("statusListIndex").asString("");
        ListName name = lists.name(entry.path("statusListCredential").asString(""))
                .filter(list -> list.purpose() == purpose)
                .orElseThrow(() -> new MalformedException(
                        "credentialStatus.statusListCredential is no list of this node for " + purpose.text()));
        if (!index.matches("[0-9]{1,6}")) {
            throw new MalformedException("credentialStatus.statusListIndex is no index of a list");
        }
        return Optional.of(new Place(name.list(), Integer.parseInt(index)));
    }

    private static void requireKnown(JsonNode json, Set<String> known, String what) {
        if (!json.isObject()) {
            throw new MalformedException(what + " is not an object");
        }
        for (String property : json.propertyNames()) {
            if (!known.contains(property)) {
                throw new MalformedException(what + " has an unknown property: " + property);
            }
        }
    }
}
