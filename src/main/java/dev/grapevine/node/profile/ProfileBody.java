package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an issuer says of a person for all to read: an I-JSON object beside the event. Members that a later version adds
 * are passed over.
 *
 * @param username unique at the issuer, see {@link Usernames}
 * @param displayName the person's name as shown
 * @param subject a URI or DID of the person
 * @param publicClaims an object, as the issuer wrote it
 * @param credentialDigest sha-256 of the credential's canonical bytes; 64 hexadecimal digits in JSON
 * @param visibility who may have the credential
 */
public record ProfileBody(
        String username,
        String displayName,
        Optional<String> subject,
        ObjectNode publicClaims,
        Optional<Hash> credentialDigest,
        Visibility visibility) {

    private static final StrictJson JSON = new StrictJson(ProfileLimits.MAX_BODY_DEPTH);

    /** Whether the credential may be handed to anybody who knows the profile. */
    public enum Visibility {
        PUBLIC,
        PRIVATE;

        /** The name in JSON. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<Visibility> parse(String text) {
            return switch (text) {
                case "public" -> Optional.of(PUBLIC);
                case "private" -> Optional.of(PRIVATE);
                default -> Optional.empty();
            };
        }
    }

    /**
     * Reads the bytes of a body.
     *
     * @throws MalformedException where they are no valid body; nodes treat such a body as one that says nothing
     */
    public static ProfileBody parse(byte[] bytes) {
        if (bytes.length > ProfileLimits.MAX_BODY_BYTES) {
            throw new MalformedException("the public part of the profile has " + bytes.length + " bytes, more than "
                    + ProfileLimits.MAX_BODY_BYTES);
        }
        ObjectNode body = JSON.readObject(bytes);
        String username = required("username", text(body, "username", Integer.MAX_VALUE));
        if (!Usernames.isValid(username)) {
            throw new MalformedException("not a username");
        }
        String displayName = required("displayName", text(body, "displayName", ProfileLimits.MAX_DISPLAY_NAME_CHARS));
        JsonNode publicClaims = body.path("publicClaims");
        if (!(publicClaims instanceof ObjectNode) && !publicClaims.isMissingNode()) {
            throw new MalformedException("publicClaims is no object");
        }
        String visibility = text(body, "visibility", Integer.MAX_VALUE);
        return new ProfileBody(
                username,
                displayName,
                Optional.ofNullable(text(body, "subject", ProfileLimits.MAX_SUBJECT_CHARS)),
                publicClaims instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
                Optional.ofNullable(text(body, "credentialDigest", Integer.MAX_VALUE))
                        .map(Hash::parseHex),
                visibility == null
                        ? Visibility.PRIVATE
                        : Visibility.parse(visibility)
                                .orElseThrow(() -> new MalformedException("visibility is not public or private")));
    }

    /**
     * The bytes of a body of our own.
     *
     * @throws MalformedException where they break a limit of {@link #parse}
     */
    public byte[] encode() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("username", username);
        body.put("displayName", displayName);
        subject.ifPresent(text -> body.put("subject", text));
        if (!publicClaims.isEmpty()) {
            body.set("publicClaims", publicClaims);
        }
        credentialDigest.ifPresent(digest -> body.put("credentialDigest", digest.hex()));
        body.put("visibility", visibility.text());
        byte[] bytes = JSON.write(body);
        parse(bytes);
        return bytes;
    }

    private static @Nullable String text(ObjectNode body, String name, int maxChars) {
        JsonNode value = body.path(name);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isString()
                || value.stringValue().isBlank()
                || value.stringValue().length() > maxChars) {
            throw new MalformedException(name + " is no text of 1 to " + maxChars + " characters");
        }
        return value.stringValue();
    }

    private static String required(String name, @Nullable String value) {
        if (value == null) {
            throw new MalformedException(name + " is missing");
        }
        return value;
    }
}
