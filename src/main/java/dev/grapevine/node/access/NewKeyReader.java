package dev.grapevine.node.access;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads strictly what key is wanted: an unknown field or a wrong type is an error, and all errors are told. */
final class NewKeyReader {

    private static final Set<String> FIELDS = Set.of("name", "roles", "expires");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Clock clock;
    private final List<Problems.Violation> violations = new ArrayList<>();

    private NewKeyReader(Clock clock) {
        this.clock = clock;
    }

    /** @throws org.springframework.web.ErrorResponseException with everything that is wrong */
    static NewKey read(byte[] body, Clock clock) {
        NewKeyReader reader = new NewKeyReader(clock);
        NewKey key = reader.read(reader.object(body));
        if (!reader.violations.isEmpty()) {
            throw Problems.invalid(reader.violations);
        }
        return key;
    }

    private JsonNode object(byte[] body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (!json.isObject()) {
                wrong("", "must be an object");
            }
            return json;
        } catch (JacksonException e) {
            wrong("", "is not JSON: " + e.getOriginalMessage());
            return JSON.createObjectNode();
        }
    }

    private NewKey read(JsonNode json) {
        json.propertyNames().stream()
                .filter(name -> !FIELDS.contains(name))
                .forEach(name -> wrong("/" + name.replace("~", "~0").replace("/", "~1"), "is not a field of a key"));
        return new NewKey(name(json.path("name")), roles(json.path("roles")), expires(json.path("expires")));
    }

    private String name(JsonNode value) {
        String name = value.isString() ? value.stringValue() : "";
        if (!value.isMissingNode() && !value.isString()) {
            wrong("/name", "must be text");
        } else if (name.length() > NewKey.MAX_NAME_CHARS || name.chars().anyMatch(Character::isISOControl)) {
            wrong(
                    "/name",
                    "must have up to " + NewKey.MAX_NAME_CHARS + " characters, none of them a control character");
        }
        return name;
    }

    private Set<Role> roles(JsonNode value) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        boolean known = value.isArray()
                && !value.isEmpty()
                && value.valueStream()
                        .allMatch(role -> role.isString()
                                && Role.parse(role.stringValue())
                                        .map(roles::add)
                                        .isPresent());
        if (!known) {
            wrong("/roles", "must be a list of one or more of: reader, issuer, operator");
        }
        return roles;
    }

    private @Nullable Instant expires(JsonNode value) {
        if (value.isMissingNode()) {
            return null;
        }
        Instant now = clock.instant();
        try {
            String text = value.isString() ? value.stringValue() : "";
            Instant expires = text.startsWith("P")
                    ? now.plus(Duration.parse(text))
                    : OffsetDateTime.parse(text).toInstant();
            if (!expires.isAfter(now)) {
                wrong("/expires", "lies in the past");
            } else if (expires.isAfter(LATEST)) {
                wrong("/expires", "lies after the year 9999");
            }
            return expires.truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException | ArithmeticException e) {
            wrong(
                    "/expires",
                    "must be a date and time such as 2030-01-31T12:00:00Z, or a duration such as P90D or PT12H");
            return null;
        }
    }

    private void wrong(String pointer, String detail) {
        violations.add(new Problems.Violation(pointer, detail));
    }
}
