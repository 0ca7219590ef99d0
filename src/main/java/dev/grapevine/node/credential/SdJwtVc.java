package dev.grapevine.node.credential;

import dev.grapevine.keys.DidWeb;
import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A credential as an SD-JWT (draft-ietf-oauth-sd-jwt-vc, {@code application/dc+sd-jwt}), which is no credential of the W3C's
 * data model: it has claims of its own, and no contexts. The VC-API has it in a data: URL, as envelopes have theirs.
 */
final class SdJwtVc {

    private static final String PREFIX = "data:application/dc+sd-jwt,";

    /** Section 2.2.1; the second is what drafts before 2025 had. */
    private static final Set<String> TYPES = Set.of("dc+sd-jwt", "vc+sd-jwt");

    /** Section 2.2.2.2: what a verifier must see. */
    static final Set<String> NEVER_DISCLOSED = Set.of("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status");

    private final SdJwt sdJwt;
    private final ObjectNode payload;
    private final String hash;
    private final ObjectNode claims;
    private final List<Problem> structure = new ArrayList<>();
    private final List<Problem> proof = new ArrayList<>();
    private @Nullable VerificationMethod method;

    private SdJwtVc(JwtEnvelope.Kind kind, ObjectNode envelope) {
        structure.addAll(JwtEnvelope.structure(kind, envelope));
        sdJwt = sdJwt(envelope);
        payload = sdJwt.payload();
        hash = SdJwt.hash(payload);
        claims = DisclosedClaims.of(payload, sdJwt.disclosures(), hash);
        Jcs.requireIJson(claims);
    }

    /** Whether an object is an envelope of that kind around such a credential. */
    static boolean isIn(JsonNode object, JwtEnvelope.Kind kind) {
        return JwtEnvelope.isEnvelope(object, kind)
                && object.path("id").asString("").startsWith(PREFIX);
    }

    /**
     * The SD-JWT of an envelope that has one.
     *
     * @throws MalformedException where it is none
     */
    static SdJwt sdJwt(ObjectNode envelope) {
        return SdJwt.parse(envelope.path("id").stringValue().substring(PREFIX.length()));
    }

    /**
     * Opens a credential or what a holder made of it.
     *
     * @throws MalformedException where it breaks a rule of SD-JWTs, so that nobody can tell what it says
     */
    static SdJwtVc open(JwtEnvelope.Kind kind, ObjectNode envelope) {
        return new SdJwtVc(kind, envelope);
    }

    /** The DIDs whose documents verifying needs. */
    Set<String> dids() {
        String id = methodId();
        return DidWeb.is(id) ? Set.of(DidDocuments.did(id)) : Set.of();
    }

    /** Section 3.5: the key that kid names; of one that is but a fragment, iss is the DID. */
    private String methodId() {
        return sdJwt.jws().methodId(claims.path("iss").asString(""));
    }

    private @Nullable VerificationMethod method(DidDocuments dids) {
        try {
            return dids.method(methodId(), ExpectedProof.OF_CREDENTIAL.purpose());
        } catch (MalformedException e) {
            proof.add(Problem.verificationMethod("kid: " + e.getMessage()));
            return null;
        }
    }

    /**
     * The checks of the credential, whoever shows it.
     *
     * @param resolved the documents of {@link #dids}
     */
    VerificationResult verify(DidDocuments resolved, Instant now) {
        checkStructure();
        checkSignature(resolved, now);
        sdJwt.keyBinding()
                .ifPresent(compact -> proof.addAll(
                        KeyBinding.verify(compact, sdJwt, claims, hash, ExpectedProof.OF_CREDENTIAL, now)));
        return checks(now);
    }

    private VerificationResult checks(Instant now) {
        String alg = sdJwt.jws().text("alg").orElse("no algorithm");
        return new VerificationResult(List.of(
                Check.of(Check.Name.STRUCTURE, structure, "a credential as an SD-JWT"),
                Check.skipped(Check.Name.CONTEXT, "an SD-JWT has no contexts"),
                Check.of(Check.Name.PROOF, proof, "signed by " + alg + " as dc+sd-jwt"),
                checkIssuer(),
                checkValidity(now),
                claims.has("status")
                        ? Check.failed(Check.Name.STATUS, Problem.status("this node cannot read a status of SD-JWTs"))
                        : Check.skipped(Check.Name.STATUS, "the credential has no status"),
                Check.skipped(Check.Name.SCHEMA, "an SD-JWT has no credentialSchema"),
                Check.skipped(Check.Name.REGISTRY, "an SD-JWT is in no log")));
    }

    /**
     * The checks of what a holder made of it for a verifier; then those of the credential.
     *
     * @param expected what the verifier asked for, with the documents of {@link #dids}; that the holder binds it to his key is asked for always
     */
    PresentationVerifier.Result verifyPresented(ExpectedProof expected, Instant now) {
        List<Problem> binding = sdJwt.keyBinding()
                .map(compact -> KeyBinding.verify(compact, sdJwt, claims, hash, expected, now))
                .orElse(List.of(Problem.proof("there is no key binding JWT")));
        checkStructure();
        checkSignature(expected.dids(), now);
        VerificationResult presentation = new VerificationResult(List.of(
                Check.passed(Check.Name.STRUCTURE, "an SD-JWT with a key binding JWT"),
                Check.skipped(Check.Name.CONTEXT, "an SD-JWT has no contexts"),
                Check.of(Check.Name.PROOF, binding, "bound by the key that the issuer has named"),
                binding.isEmpty()
                        ? Check.passed(Check.Name.HOLDER, "signed by the key that the issuer has named")
                        : Check.skipped(Check.Name.HOLDER, "nobody has shown that the credential is his")));
        return new PresentationVerifier.Result(presentation, List.of(checks(now)));
    }

    /** Section 2.2.2.2, of claims that are disclosed. */
    static void checkClaims(ObjectNode claims, List<Problem> problems) {
        JsonNode type = claims.path("vct");
        if (!type.isString() || type.stringValue().isEmpty()) {
            problems.add(Problem.malformed("vct", "is not the type of a credential"));
        }
        if (claims.has("iss") && !ModelRules.isUrl(claims.path("iss"))) {
            problems.add(Problem.malformed("iss", "is not a URL"));
        }
        for (String time : List.of("iat", "nbf", "exp")) {
            NumericDate.of(claims, time, problems);
        }
    }

    private void checkStructure() {
        checkClaims(claims, structure);
        String typ = sdJwt.jws().text("typ").orElse("");
        if (!TYPES.contains(typ)) {
            structure.add(Problem.malformed("typ", "is not dc+sd-jwt: " + typ));
        }
        for (String name : NEVER_DISCLOSED) {
            if (claims.has(name) && !payload.has(name)) {
                structure.add(Problem.malformed(name, "is disclosed, and must stand in the credential"));
            }
        }
    }

    private void checkSignature(DidDocuments resolved, Instant now) {
        method = method(resolved);
        Instant issued = NumericDate.of(claims, "iat", new ArrayList<>());
        if (issued != null && issued.isAfter(now.plus(CredentialVerifier.CLOCK_TOLERANCE))) {
            proof.add(Problem.proof("the SD-JWT is of the future: " + issued));
        }
        if (method != null) {
            sdJwt.jws().problem(method.key(), "SD-JWT").ifPresent(proof::add);
        }
    }

    /** Section 3.5; where iss is left out, who owns the key is the issuer. */
    private Check checkIssuer() {
        Optional<String> controller = Optional.ofNullable(method).map(VerificationMethod::controller);
        JsonNode issuer = claims.path("iss");
        if (controller.isPresent() && (issuer.isMissingNode() || ModelRules.isText(issuer, controller.get()))) {
            return Check.passed(Check.Name.ISSUER, "signed by " + controller.get());
        }
        return Check.failed(
                Check.Name.ISSUER,
                Problem.verificationMethod("the key that signed does not belong to the issuer " + issuer));
    }

    private Check checkValidity(Instant now) {
        List<Problem> problems = new ArrayList<>();
        Instant from = NumericDate.of(claims, "nbf", problems);
        if (from != null && from.isAfter(now.plus(CredentialVerifier.CLOCK_TOLERANCE))) {
            problems.add(Problem.range("not valid before " + from));
        }
        Instant until = NumericDate.of(claims, "exp", problems);
        if (until != null && !now.isBefore(until)) {
            problems.add(Problem.range("expired at " + until));
        }
        return Check.of(Check.Name.VALIDITY, problems, until == null ? "never expires" : "valid until " + until);
    }
}
