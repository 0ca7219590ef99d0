package dev.grapevine.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of the import endpoint's answer: what became of one person.
 *
 * @param line number of the line in the roster, from 1
 * @param username as in the roster; empty when the line could not be read that far
 * @param outcome {@code published}, {@code updated}, {@code unchanged}; anything else is a failure
 * @param sequence of the event in the issuer's log that says so; 0 when it failed
 * @param reason why it failed, in words; empty when it did not
 */
record ImportResult(long line, String username, String outcome, long sequence, String reason) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * Reads an answered line.
     *
     * @throws NodeException when it is not a JSON object
     */
    static ImportResult parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (!json.isObject()) {
                throw new NodeException("the node answered something that is no import result: " + text);
            }
            return new ImportResult(
                    json.path("line").asLong(0),
                    json.path("username").asString(""),
                    json.path("status").asString("error"),
                    json.path("sequence").asLong(0),
                    json.path("error").asString(""));
        } catch (JacksonException e) {
            throw new NodeException("the node answered something that is no import result: " + text, e);
        }
    }

    /** Whether the person now stands in the node's registry as the roster says. */
    boolean committed() {
        return switch (outcome) {
            case "published", "updated", "unchanged" -> true;
            default -> false;
        };
    }
}
