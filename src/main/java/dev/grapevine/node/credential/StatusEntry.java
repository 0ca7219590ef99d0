package dev.grapevine.node.credential;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An entry of type BitstringStatusListEntry (Bitstring Status List section 2.1): where the status of a credential stands.
 *
 * @param listUrl of the credential that holds the list
 * @param purpose what it means that the status is not 0
 * @param index the place in the list
 * @param size of each place, in bits
 * @param messages of each value, for developers; empty if the entry gives none
 */
record StatusEntry(String listUrl, String purpose, BigInteger index, int size, List<String> messages) {

    /** A place of this many bits would need 65,536 messages, for which no credential has room. */
    private static final int MAX_SIZE_BITS = 16;

    /** An index of more digits lies outside of every list that is read. */
    private static final int MAX_INDEX_DIGITS = 100;

    private static final String PROPERTY = "credentialStatus.";

    static boolean isEntry(JsonNode status) {
        return ModelRules.isOfType(status, StatusPlace.ENTRY_TYPE);
    }

    /**
     * Reads an entry.
     *
     * @param rules are told of each one that it breaks
     * @return empty if it breaks one
     */
    static Optional<StatusEntry> read(JsonNode entry, ModelRules rules) {
        int before = rules.problems().size();
        JsonNode url = entry.path("statusListCredential");
        JsonNode purpose = entry.path("statusPurpose");
        JsonNode index = entry.path("statusListIndex");
        if (!ModelRules.isText(entry.path("type"), StatusPlace.ENTRY_TYPE)) {
            rules.broken(PROPERTY + "type", "is not " + StatusPlace.ENTRY_TYPE + " alone");
        }
        if (!ModelRules.isUrl(url)) {
            rules.broken(PROPERTY + "statusListCredential", "is not a URL");
        }
        if (entry.has("id") && entry.path("id").equals(url)) {
            rules.broken(PROPERTY + "id", "is the URL of the status list");
        }
        if (!purpose.isString()) {
            rules.broken(PROPERTY + "statusPurpose", "is not text");
        }
        if (!index.isString() || !index.stringValue().matches("[0-9]{1," + MAX_INDEX_DIGITS + "}")) {
            rules.broken(PROPERTY + "statusListIndex", "is not text of decimal digits");
        }
        int size = size(entry, rules);
        List<String> messages = messages(entry, size, rules);
        checkReference(entry, rules);
        return rules.problems().size() > before
                ? Optional.empty()
                : Optional.of(new StatusEntry(
                        url.stringValue(), purpose.stringValue(), new BigInteger(index.stringValue()), size, messages));
    }

    private static int size(JsonNode entry, ModelRules rules) {
        JsonNode size = entry.path("statusSize");
        if (size.isMissingNode()) {
            return 1;
        }
        if (!size.isIntegralNumber()
                || !size.canConvertToInt()
                || size.intValue() < 1
                || size.intValue() > MAX_SIZE_BITS) {
            rules.broken(PROPERTY + "statusSize", "is not an integer from 1 to " + MAX_SIZE_BITS);
            return 1;
        }
        return size.intValue();
    }

    /** As many as there are values, each with the value in hexadecimal and a message. */
    private static List<String> messages(JsonNode entry, int size, ModelRules rules) {
        JsonNode given = entry.path("statusMessage");
        List<String> messages = new ArrayList<>();
        if (given.isMissingNode() && size == 1) {
            return messages;
        }
        if (!given.isArray() || given.size() != 1 << size) {
            rules.broken(PROPERTY + "statusMessage", "is not an array of " + (1 << size) + " messages");
            return messages;
        }
        for (JsonNode message : given) {
            if (!message.path("status").asString("").matches("0x[0-9a-fA-F]+")
                    || !message.path("message").isString()) {
                rules.broken(PROPERTY + "statusMessage", "has an element without a status in hexadecimal or a message");
            } else {
                messages.add(message.path("message").stringValue());
            }
        }
        return messages;
    }

    private static void checkReference(JsonNode entry, ModelRules rules) {
        if (entry.has("statusReference")
                && !DataIntegrity.values(entry.path("statusReference")).stream().allMatch(ModelRules::isUrl)) {
            rules.broken(PROPERTY + "statusReference", "is neither a URL nor an array of URLs");
        }
    }

    /** For people: what a value means. */
    String message(int value) {
        String bit = value == 0 ? "unset" : "set";
        return messages.isEmpty() ? bit : messages.get(value);
    }
}
