package dev.grapevine.node.credential;

import dev.grapevine.keys.Jwk;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The key binding JWT of an SD-JWT, by which its holder shows that it is his (RFC 9901 sections 4.3 and 7.3 step 5). */
final class KeyBinding {

    /** A presentation is made when it is asked for. */
    static final Duration MAX_AGE = Duration.ofMinutes(15);

    private static final String TYPE = "kb+jwt";

    private final List<Problem> problems = new ArrayList<>();

    private KeyBinding() {}

    /**
     * Makes one.
     *
     * @param shown the SD-JWT with what is disclosed of it
     * @param hash Java's name of the SD-JWT's hash
     * @param holder who signs
     */
    static String sign(String shown, String hash, Signatory holder, String domain, String challenge, Instant now) {
        ObjectNode payload = JsonNodeFactory.instance
                .objectNode()
                .put("iat", now.getEpochSecond())
                .put("aud", domain)
                .put("nonce", challenge)
                .put("sd_hash", Disclosure.digest(shown, hash));
        return CompactJws.sign(CompactJws.header(TYPE, holder), payload, holder.key());
    }

    /**
     * Checks the key binding JWT that an SD-JWT has.
     *
     * @param compact the key binding JWT
     * @param claims of the issuer, disclosed
     * @param hash Java's name of the SD-JWT's hash
     * @return what is wrong; empty if nothing is
     */
    static List<Problem> verify(
            String compact, SdJwt credential, ObjectNode claims, String hash, ExpectedProof expected, Instant now) {
        KeyBinding binding = new KeyBinding();
        try {
            CompactJws jws = CompactJws.parse(compact);
            if (!(CredentialJson.parse(jws.payload()) instanceof ObjectNode payload)) {
                throw new MalformedException("it holds no object");
            }
            if (!jws.text("typ").orElse("").equals(TYPE)) {
                binding.wrong("is of the type " + jws.header().path("typ") + ", not " + TYPE);
            }
            binding.checkTime(payload, now);
            binding.checkExpected(payload, expected);
            if (!ModelRules.isText(payload.path("sd_hash"), Disclosure.digest(credential.withoutKeyBinding(), hash))) {
                binding.wrong("was made for another SD-JWT, or for other disclosures: sd_hash differs");
            }
            binding.checkSignature(jws, holderKey(claims));
        } catch (MalformedException e) {
            binding.wrong(String.valueOf(e.getMessage()));
        }
        return binding.problems;
    }

    /**
     * The key that the issuer has named as the holder's (RFC 7800 section 3).
     *
     * @throws MalformedException where it has named none that this node knows
     */
    static VerificationKey holderKey(ObjectNode claims) {
        JsonNode confirmation = claims.path("cnf");
        if (confirmation.has("jwk")) {
            return Jwk.parse(confirmation.path("jwk"));
        }
        if (confirmation.path("kid").isString()) {
            return VerificationMethod.resolve(confirmation.path("kid").stringValue())
                    .key();
        }
        throw new MalformedException("the issuer has bound the credential to no key: cnf has neither jwk nor kid");
    }

    private void checkTime(ObjectNode payload, Instant now) {
        Instant made = NumericDate.of(payload, "iat", problems);
        if (made == null) {
            wrong("has no iat");
        } else if (made.isAfter(now.plus(CredentialVerifier.CLOCK_TOLERANCE)) || made.isBefore(now.minus(MAX_AGE))) {
            wrong("was not made within the last " + MAX_AGE.toMinutes() + " minutes, but at " + made);
        }
    }

    private void checkExpected(ObjectNode payload, ExpectedProof expected) {
        JsonNode audience = payload.path("aud");
        JsonNode nonce = payload.path("nonce");
        if (!audience.isString() || !nonce.isString()) {
            wrong("has no text as its aud, or none as its nonce");
        }
        expected.domain().ifPresent(domain -> {
            if (!ModelRules.isText(audience, domain)) {
                problems.add(Problem.domain("the key binding JWT was made for " + audience + ", not for " + domain));
            }
        });
        expected.challenge().ifPresent(challenge -> {
            if (!ModelRules.isText(nonce, challenge)) {
                problems.add(Problem.challenge("the key binding JWT was made for another challenge"));
            }
        });
    }

    private void checkSignature(CompactJws jws, VerificationKey holder) {
        if (!jws.isFor(holder.curve())) {
            wrong("has the alg " + jws.header().path("alg") + ", which the holder's key does not sign by");
        } else if (!jws.verify(holder)) {
            problems.add(
                    Problem.cryptographic("the signature does not fit the key binding JWT: it was changed, or it is"
                            + " not the holder who signed"));
        }
    }

    private void wrong(String detail) {
        problems.add(Problem.proof("the key binding JWT " + detail));
    }
}
