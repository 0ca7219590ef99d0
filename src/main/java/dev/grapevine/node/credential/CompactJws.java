package dev.grapevine.node.credential;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON Web Signature in its compact serialization (RFC 7515 section 7.1). Which algorithm verifies it the key says; the header
 * only must agree, so that nobody can choose another, or none.
 */
record CompactJws(ObjectNode header, byte[] payload, byte[] signingInput, byte[] signature) {

    /** Those that this node signs by. */
    static final List<String> ALGORITHMS =
            Signatory.CURVES.stream().map(CompactJws::algorithm).toList();

    /** @throws MalformedException where the text is none, or has a header parameter that must be understood and is not */
    static CompactJws parse(String compact) {
        String[] parts = compact.split("\\.", -1);
        if (parts.length != 3) {
            throw new MalformedException("a JWS has three parts, not " + parts.length);
        }
        if (!(CredentialJson.parse(decode(parts[0])) instanceof ObjectNode header)) {
            throw new MalformedException("the header of the JWS is not an object");
        }
        if (header.has("crit")) {
            throw new MalformedException(
                    "the JWS has header parameters that must be understood: " + header.path("crit"));
        }
        byte[] signingInput = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
        return new CompactJws(header, decode(parts[1]), signingInput, decode(parts[2]));
    }

    private static String algorithm(Curve curve) {
        return switch (curve) {
            case ED25519 -> "EdDSA";
            case P256 -> "ES256";
            case P384 -> "ES384";
        };
    }

    /** The curve of the key that this node signs with by one of {@link #ALGORITHMS}. */
    static Curve curve(String algorithm) {
        return Signatory.CURVES.get(ALGORITHMS.indexOf(algorithm));
    }

    /**
     * The header of what a key signs.
     *
     * @param type the media type without {@code application/}
     */
    static ObjectNode header(String type, Signatory signatory) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("alg", algorithm(signatory.curve()))
                .put("typ", type)
                .put("kid", signatory.verificationMethod());
    }

    /** Signs a payload, in the form that {@link #parse} reads. */
    static String sign(ObjectNode header, ObjectNode payload, UnaryOperator<byte[]> key) {
        String input = encode(header) + "." + encode(payload);
        return input + "." + Disclosure.base64Url(key.apply(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encode(ObjectNode json) {
        return Disclosure.base64Url(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(String base64Url) {
        return Multibase.decode("u" + base64Url);
    }

    /** A parameter of the header, if it is text. */
    Optional<String> text(String parameter) {
        return header.path(parameter).stringValueOpt();
    }

    /** Whether its algorithm is one of the key's (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864 section 2.2). */
    boolean isFor(Curve curve) {
        String named = text("alg").orElse("");
        return named.equals(algorithm(curve)) || (curve == Curve.ED25519 && named.equals("Ed25519"));
    }

    /**
     * The id of the verification method that its {@code kid} names.
     *
     * @param issuer whose method it is where it is but a fragment
     */
    String methodId(String issuer) {
        String kid = text("kid").orElse("");
        return kid.startsWith("#") ? issuer + kid : kid;
    }

    /**
     * What keeps it from being signed by the key.
     *
     * @param name what it is, for people
     */
    Optional<Problem> problem(VerificationKey key, String name) {
        if (!isFor(key.curve())) {
            return Optional.of(Problem.proof("alg is " + header.path("alg") + ", which no key on "
                    + key.curve().jose() + " signs by"));
        }
        return verify(key)
                ? Optional.empty()
                : Optional.of(Problem.cryptographic(
                        "the signature does not fit the " + name + ": it was changed, or another key signed"));
    }

    /** Whether it is signed by the key. */
    boolean verify(VerificationKey key) {
        return isFor(key.curve()) && key.verify(signingInput, signature);
    }
}
