package dev.grapevine.node.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/**
 * What is known of a key; the key itself is known to its holder alone.
 *
 * @param id what lists and the audit show of it
 * @param name what its makers call it; may be empty
 * @param expires when it stops working by itself
 * @param lastUsed to the minute
 * @param revoked when somebody took it back
 */
record ApiKey(
        String id,
        String name,
        Set<Role> roles,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant lastUsed,
        @Nullable Instant revoked) {

    static final int MIN_LENGTH = 16;
    /** Longer ones are wrong before they are hashed. */
    static final int MAX_LENGTH = 512;

    /** Fewer, and somebody has leant on the keyboard. */
    private static final int MIN_DIFFERENT_CHARACTERS = 6;

    private static final String PREFIX = "gv_";
    private static final int RANDOM_BYTES = 32;
    private static final int GENERATED_LENGTH = PREFIX.length() + 43; // 32 bytes in base64
    /** What a bearer token may consist of (RFC 6750 §2.1, {@code b64token}). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    /** @return {@code gv_}, by which tools that look for leaked secrets know it, and 32 random bytes in base64url */
    static String generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether the text looks like a key that a node made, and not one that somebody chose. */
    static boolean isGenerated(String text) {
        return text.startsWith(PREFIX) && text.length() == GENERATED_LENGTH;
    }

    /** Whether the text can be a key: made of what a bearer token may consist of, and neither too short nor too long. */
    static boolean isWellFormed(String text) {
        return text.length() >= MIN_LENGTH
                && text.length() <= MAX_LENGTH
                && TOKEN.matcher(text).matches();
    }

    /** Whether a key that somebody chose resists guessing, if it was chosen at random. */
    static boolean isStrong(String text) {
        return isWellFormed(text) && text.chars().distinct().count() >= MIN_DIFFERENT_CHARACTERS;
    }

    /**
     * The key's SHA-256. Slow password hashes protect secrets that people choose; a key of 256 random bits cannot be found by
     * trying, so that a fast hash keeps it just as well and costs a request nothing.
     */
    static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }

    boolean hasExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** The caller who has shown this key: {@code key:<id>}. */
    Authentication caller() {
        return UsernamePasswordAuthenticationToken.authenticated("key:" + id, null, Role.authorities(roles));
    }

    /** The roles by name, in the order in which they are declared. */
    List<String> roleTexts() {
        return roles.stream().sorted().map(Role::text).toList();
    }
}
