package dev.grapevine.node.challenge;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The form of a challenge: random bytes and when it expires, with a code by which any instance of the node knows it again. */
final class SignedChallenge {

    static final int RANDOM_BYTES = 16;

    private static final String PREFIX = "grapevine-";
    private static final int CODE_BYTES = 16;
    private static final int SIGNED_BYTES = RANDOM_BYTES + Long.BYTES;

    /** Keeps the code from being one of anything else that the secret is for. */
    private static final byte[] DOMAIN = "grapevine-challenge".getBytes(StandardCharsets.US_ASCII);

    private final SecretKeySpec key;

    /** @param secret that the instances of an issuer share */
    SignedChallenge(byte[] secret) {
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    String make(byte[] random, Instant expires) {
        byte[] signed = ByteBuffer.allocate(SIGNED_BYTES)
                .put(random, 0, RANDOM_BYTES)
                .putLong(expires.toEpochMilli())
                .array();
        byte[] all = Arrays.copyOf(signed, SIGNED_BYTES + CODE_BYTES);
        System.arraycopy(code(signed), 0, all, SIGNED_BYTES, CODE_BYTES);
        return PREFIX + Multibase.BASE64URL.encode(all);
    }

    /** When a challenge expires; empty if this node has not made it. */
    Optional<Instant> expires(String challenge) {
        if (!challenge.startsWith(PREFIX)) {
            return Optional.empty();
        }
        byte[] all;
        try {
            all = Multibase.decode(challenge.substring(PREFIX.length()));
        } catch (MalformedException e) {
            return Optional.empty();
        }
        byte[] signed = Arrays.copyOf(all, SIGNED_BYTES);
        byte[] code = Arrays.copyOfRange(all, Math.min(SIGNED_BYTES, all.length), all.length);
        return MessageDigest.isEqual(code, code(signed))
                ? Optional.of(Instant.ofEpochMilli(ByteBuffer.wrap(signed).getLong(RANDOM_BYTES)))
                : Optional.empty();
    }

    private byte[] code(byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(DOMAIN);
            return Arrays.copyOf(mac.doFinal(signed), CODE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
