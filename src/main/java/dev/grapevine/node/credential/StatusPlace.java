package dev.grapevine.node.credential;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The place of one credential in the status lists of this node. A list has one bitstring for each purpose, published as a credential of
 * its own, and the credential has the same place in all.
 *
 * @param base what the URLs of lists begin with, such as {@code https://id.example.org/status-lists/}
 * @param index from 0 to {@link Bitstring#MIN_ENTRIES}, which is excluded
 */
public record StatusPlace(String base, UUID list, int index) {

    /** Where lists are published, beneath the node's public URL. */
    public static final String PATH = "/status-lists/";

    static final String ENTRY_TYPE = "BitstringStatusListEntry";

    private static final Pattern NAME =
            Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(revocation|suspension)(-web)?");

    /**
     * The published list of one purpose.
     *
     * @param ofWeb whether it is the issuer's under its {@code did:web}, as the credentials are that name it; its bits are the same
     */
    public record ListName(UUID list, StatusPurpose purpose, boolean ofWeb) {

        /** The list of credentials that are the issuer's under the DID of its first key. */
        public ListName(UUID list, StatusPurpose purpose) {
            this(list, purpose, false);
        }

        /** Reads what {@link #toString} has written; empty for anything else. */
        public static Optional<ListName> parse(String text) {
            Matcher name = NAME.matcher(text);
            return name.matches()
                    ? StatusPurpose.parse(name.group(2))
                            .map(purpose ->
                                    new ListName(UUID.fromString(name.group(1)), purpose, name.group(3) != null))
                    : Optional.empty();
        }

        /** The last part of its URL. */
        @Override
        public String toString() {
            return list + "-" + purpose.text() + (ofWeb ? "-web" : "");
        }
    }

    /**
     * What a credential has as its {@code credentialStatus} (section 2.1): an entry for each purpose.
     *
     * @param ofWeb whether the credential is the issuer's under its {@code did:web}
     */
    public ArrayNode entries(boolean ofWeb) {
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        for (StatusPurpose purpose : StatusPurpose.values()) {
            entries.addObject()
                    .put("statusListCredential", base + new ListName(list, purpose, ofWeb))
                    .put("statusListIndex", Integer.toString(index))
                    .put("statusPurpose", purpose.text())
                    .put("type", ENTRY_TYPE);
        }
        return entries;
    }

    /** Whether a credential has words for its place: the context of data model 1.1 has none. */
    public static boolean canStandIn(JsonNode credential) {
        return !(credential instanceof ObjectNode object) || DataModel.of(object) != DataModel.V1_1;
    }

    /** The place that a credential of this node names; empty if it names none. */
    public static Optional<StatusPlace> of(JsonNode credential) {
        for (JsonNode entry : DataIntegrity.values(credential.path("credentialStatus"))) {
            String url = entry.path("statusListCredential").asString("");
            int slash = url.lastIndexOf('/') + 1;
            Optional<ListName> name = ListName.parse(url.substring(slash));
            String index = entry.path("statusListIndex").asString("");
            if (name.isPresent() && index.matches("[0-9]{1,6}")) {
                return Optional.of(
                        new StatusPlace(url.substring(0, slash), name.get().list(), Integer.parseInt(index)));
            }
        }
        return Optional.empty();
    }
}
