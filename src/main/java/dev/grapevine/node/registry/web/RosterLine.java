package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.web.InvalidFieldsException.Violation;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * One person in a roster, not yet read.
 *
 * @param number of the line that it begins on, from 1
 * @param json reads it; throws {@link InvalidFieldsException}
 */
record RosterLine(long number, Supplier<ObjectNode> json) {

    static RosterLine bad(long number, String detail) {
        return new RosterLine(number, () -> {
            throw new InvalidFieldsException(List.of(new Violation("", detail)));
        });
    }
}
