package dev.grapevine.node.credential.web;

import dev.grapevine.fuzz.Property;
import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.PresentationSigner;
import dev.grapevine.node.credential.PresentationVerifier;
import dev.grapevine.node.credential.Signed;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.credential.web.RequestReader.PresentationRequest;
import dev.grapevine.node.credential.web.RequestReader.UnreadableException;
import dev.grapevine.node.credential.web.VerifyPresentationRequest.VerifyPresentationOptions;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A body of {@code /presentations/verify}: whatever it is, it is refused or verified with a result that says why, and none is
 * verified but what was signed, for whom and over what it was.
 */
public final class FuzzedPresentation {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
    private static final IssuerIdentity IDENTITY = new IssuerIdentity(new IssuerId(KEY.publicKey()), "Uni", null, null);
    private static final String DOMAIN = "shop.example";
    private static final String CHALLENGE = "1234";
    private static final PresentationVerifier VERIFIER =
            new PresentationVerifier(() -> NOW, new CredentialVerifier(() -> NOW, null));

    /** The corpus has them, each in a request. */
    static final List<ObjectNode> SIGNED = signed();

    private FuzzedPresentation() {}

    private static List<ObjectNode> signed() {
        MemoryKeys keys = new MemoryKeys(KEY);
        ObjectNode credential =
                new CredentialSigner(IDENTITY, keys, () -> NOW).sign(Signed.parse("""
                        {'@context': ['https://www.w3.org/ns/credentials/v2'], 'type': ['VerifiableCredential'],
                         'credentialSubject': {'id': 'did:example:ada'}}"""), "eddsa-jcs-2022");
        ObjectNode presentation = Signed.parse(
                "{'@context': ['https://www.w3.org/ns/credentials/v2'], 'type': ['VerifiablePresentation']}");
        presentation.putArray("verifiableCredential").add(credential);
        PresentationSigner signer = new PresentationSigner(IDENTITY, keys, () -> NOW);
        PresentationSigner.Options options =
                new PresentationSigner.Options(Optional.of(DOMAIN), Optional.of(CHALLENGE));
        return List.of(
                signer.sign(presentation, "eddsa-jcs-2022", Curve.ED25519, options),
                signer.signJwt(presentation, "EdDSA", options));
    }

    /** @param input the whole body */
    public static void take(byte[] input) {
        PresentationRequest request;
        try {
            request = RequestReader.presentation(input);
        } catch (UnreadableException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
        VerifyPresentationOptions options = request.options();
        CredentialVerifier.takesLong(request.presentation());
        PresentationVerifier.Result result = Objects.requireNonNull(VERIFIER.verify(
                        request.presentation(),
                        Optional.ofNullable(options.domain()),
                        Optional.ofNullable(options.challenge()))
                .block());
        check(result.presentation());
        result.credentials().forEach(FuzzedPresentation::check);
        if (result.verified()) {
            Property.holds(isSigned(request.presentation()), "nothing is verified but what was signed");
            Property.holds(is(options.domain(), DOMAIN), "and for nobody but whom it was signed for");
            Property.holds(is(options.challenge(), CHALLENGE), "and over nothing but that challenge");
        }
    }

    private static void check(VerificationResult result) {
        Property.holds(
                result.verified() == result.problems().isEmpty(), "what fails has a problem, and nothing else has one");
    }

    /** Of a JWT its envelope says nothing more; a proof may be a set of one. */
    private static boolean isSigned(JsonNode presentation) {
        ObjectNode byProof = SIGNED.getFirst();
        return presentation.path("id").equals(SIGNED.getLast().path("id"))
                || (withoutProof(presentation).equals(withoutProof(byProof))
                        && proofs(presentation).equals(proofs(byProof)));
    }

    private static JsonNode withoutProof(JsonNode presentation) {
        ObjectNode copy = (ObjectNode) presentation.deepCopy();
        copy.remove("proof");
        return copy;
    }

    private static Set<JsonNode> proofs(JsonNode presentation) {
        JsonNode proof = presentation.path("proof");
        return proof.isArray() ? proof.valueStream().collect(Collectors.toSet()) : Set.of(proof);
    }

    private static boolean is(String asked, String signed) {
        return asked == null || asked.equals(signed);
    }
}
