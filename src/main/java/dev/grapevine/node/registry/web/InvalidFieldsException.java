package dev.grapevine.node.registry.web;

import java.util.List;

/** What was asked for is not allowed: each field with what is wrong. */
final class InvalidFieldsException extends RuntimeException {

    private final transient List<Violation> violations;

    /**
     * One field.
     *
     * @param pointer a JSON pointer (RFC 6901); empty for the whole
     */
    record Violation(String pointer, String detail) {}

    InvalidFieldsException(List<Violation> violations) {
        super(violations.getFirst().pointer() + " " + violations.getFirst().detail());
        this.violations = List.copyOf(violations);
    }

    InvalidFieldsException(String pointer, String detail) {
        this(List.of(new Violation(pointer, detail)));
    }

    List<Violation> violations() {
        return violations;
    }
}
