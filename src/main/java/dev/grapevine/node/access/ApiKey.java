package dev.grapevine.node.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** Makes and hashes API keys. */
final class ApiKey {

    static final int MIN_LENGTH = 16;
    /** Longer ones are wrong before they are hashed. */
    static final int MAX_LENGTH = 512;

    private static final String PREFIX = "gv_";
    private static final int RANDOM_BYTES = 32;
    /** What a bearer token may consist of (RFC 6750 §2.1, {@code b64token}). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private ApiKey() {}

    /** @return {@code gv_} and 32 random bytes in base64url */
    static String generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether the key can be sent as a bearer token and is long enough to resist guessing, if it was chosen at random. */
    static boolean isUsable(String key) {
        return key.length() >= MIN_LENGTH
                && key.length() <= MAX_LENGTH
                && TOKEN.matcher(key).matches();
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
}
