package dev.grapevine.keys;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A public key as a JSON Web Key (RFC 7517) on one of the curves that credentials are signed on. */
public final class Jwk {

    /** RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1: what is secret. */
    private static final List<String> PRIVATE_MEMBERS = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private Jwk() {}

    /**
     * Reads the key of a JWK; who may use it for what is the caller's to check.
     *
     * @throws MalformedException where it is none, is on another curve, or carries a private key
     */
    public static VerificationKey parse(JsonNode jwk) {
        if (!jwk.isObject()) {
            throw new MalformedException("a JWK is an object");
        }
        if (PRIVATE_MEMBERS.stream().anyMatch(jwk::has)) {
            throw new MalformedException("a JWK with a private key in it, which is known to everybody now");
        }
        String kind = text(jwk, "kty") + " " + text(jwk, "crv");
        return switch (kind) {
            case "OKP Ed25519" -> VerificationKey.of(PublicKey.ed25519(coordinate(jwk, "x", 32)));
            case "EC P-256" -> VerificationKey.ofPoint(Curve.P256, point(jwk, 32));
            case "EC P-384" -> VerificationKey.ofPoint(Curve.P384, point(jwk, 48));
            default ->
                throw new MalformedException(
                        "a JWK that is no key of Ed25519, P-256 or P-384, but of kty and crv " + kind);
        };
    }

    /** RFC 7518 section 6.2.1: both coordinates in full length; as the uncompressed point that they make. */
    private static byte[] point(JsonNode jwk, int bytes) {
        byte[] point = new byte[1 + 2 * bytes];
        point[0] = 4;
        System.arraycopy(coordinate(jwk, "x", bytes), 0, point, 1, bytes);
        System.arraycopy(coordinate(jwk, "y", bytes), 0, point, 1 + bytes, bytes);
        return point;
    }

    private static byte[] coordinate(JsonNode jwk, String member, int bytes) {
        String text = text(jwk, member);
        byte[] value = text == null ? new byte[0] : Multibase.decode("u" + text);
        if (value.length != bytes) {
            throw new MalformedException("a JWK whose " + member + " has not " + bytes + " bytes");
        }
        return value;
    }

    private static @Nullable String text(JsonNode jwk, String member) {
        JsonNode value = jwk.path(member);
        return value.isString() ? value.stringValue() : null;
    }
}
