package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.StrictJson;
import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.ProfileRequest;
import dev.grapevine.node.registry.web.InvalidFieldsException.Violation;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads strictly what is to be published: an unknown field or a wrong type is an error, and all errors are told. */
final class ProfileReader {

    private static final Set<String> FIELDS = Set.of(
            "username", "displayName", "subject", "claims", "publicClaims", "evidence", "visibility", "validUntil");

    private static final StrictJson JSON = new StrictJson(ProfileLimits.MAX_BODY_DEPTH);
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Clock clock;

    ProfileReader(Clock clock) {
        this.clock = clock;
    }

    /** @throws InvalidFieldsException where it is not strict JSON */
    static ObjectNode object(byte[] json) {
        try {
            return JSON.readObject(json);
        } catch (MalformedException e) {
            throw new InvalidFieldsException("", String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads one person.
     *
     * @param inPath the username that stands in the path, where one does; the body need not say it again
     * @throws InvalidFieldsException with everything that is wrong
     */
    ProfileRequest read(ObjectNode person, Optional<String> inPath) {
        Reading reading = new Reading(person);
        String username = inPath.orElseGet(() -> reading.required("username", 64));
        inPath.ifPresent(path -> {
            String said = reading.text("username", 64);
            if (said != null && !said.equals(path)) {
                reading.wrong("username", "is not the username in the path");
            }
        });
        if (!username.isEmpty() && !Usernames.isValid(username)) {
            reading.wrong(
                    "username",
                    Usernames.isReserved(username)
                            ? "is a reserved word"
                            : "must be 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit");
        }
        ProfileRequest request = new ProfileRequest(
                username,
                reading.required("displayName", ProfileLimits.MAX_DISPLAY_NAME_CHARS),
                Optional.ofNullable(reading.text("subject", ProfileLimits.MAX_SUBJECT_CHARS)),
                reading.object("claims"),
                reading.object("publicClaims"),
                reading.evidence(),
                reading.visibility(),
                reading.validUntil(clock.instant()));
        reading.unknownFields();
        if (!reading.violations.isEmpty()) {
            throw new InvalidFieldsException(reading.violations);
        }
        return request;
    }

    /** One object, and what is wrong with it. */
    private static final class Reading {

        private final ObjectNode person;
        private final List<Violation> violations = new ArrayList<>();

        Reading(ObjectNode person) {
            this.person = person;
        }

        void wrong(String field, String detail) {
            violations.add(new Violation("/" + field.replace("~", "~0").replace("/", "~1"), detail));
        }

        void unknownFields() {
            person.propertyNames().stream()
                    .filter(name -> !FIELDS.contains(name))
                    .forEach(name -> wrong(name, "is not a field of a profile"));
        }

        /** Empty where it is missing or wrong, which is noted. */
        String required(String field, int maxChars) {
            String text = text(field, maxChars);
            if (text == null && !person.has(field)) {
                wrong(field, "is missing");
            }
            return text == null ? "" : text;
        }

        @Nullable
        String text(String field, int maxChars) {
            JsonNode value = person.path(field);
            if (value.isMissingNode()) {
                return null;
            }
            if (!value.isString()) {
                wrong(field, "must be text");
                return null;
            }
            String text = value.stringValue();
            if (text.isBlank() || text.length() > maxChars) {
                wrong(field, "must have 1 to " + maxChars + " characters");
                return null;
            }
            return text;
        }

        ObjectNode object(String field) {
            JsonNode value = person.path(field);
            if (value instanceof ObjectNode object) {
                return object;
            }
            if (!value.isMissingNode()) {
                wrong(field, "must be an object");
            }
            return JsonNodeFactory.instance.objectNode();
        }

        List<JsonNode> evidence() {
            JsonNode value = person.path("evidence");
            if (!value.isMissingNode() && !value.isArray()) {
                wrong("evidence", "must be a list");
            }
            return value.isArray() ? List.copyOf(value.values()) : List.of();
        }

        Visibility visibility() {
            String text = text("visibility", 16);
            Optional<Visibility> visibility = text == null ? Optional.of(Visibility.PRIVATE) : Visibility.parse(text);
            if (visibility.isEmpty()) {
                wrong("visibility", "must be public or private");
            }
            return visibility.orElse(Visibility.PRIVATE);
        }

        Optional<Instant> validUntil(Instant now) {
            String text = text("validUntil", 64);
            if (text == null) {
                return Optional.empty();
            }
            try {
                Instant until = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
                if (!until.isAfter(now)) {
                    wrong("validUntil", "lies in the past");
                } else if (until.isAfter(LATEST)) {
                    wrong("validUntil", "lies after the year 9999");
                } else {
                    return Optional.of(until);
                }
            } catch (DateTimeException e) {
                wrong("validUntil", "must be a date and time such as 2030-01-31T12:00:00Z");
            }
            return Optional.empty();
        }
    }
}
