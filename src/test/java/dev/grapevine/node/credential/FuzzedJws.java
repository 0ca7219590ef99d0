package dev.grapevine.node.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import dev.grapevine.keys.Curve;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.MemoryKeys;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** A JWS in its compact form, and one as the envelope of a credential: none is verified but the one that was signed. */
public final class FuzzedJws {

    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
    private static final Signatory SIGNATORY = Signatory.of(new MemoryKeys(KEY), Curve.ED25519);
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    /** The corpus has it. */
    static final String SIGNED = CompactJws.sign(CompactJws.header("vc+jwt", SIGNATORY), Signed.parse("""
                    {'@context': ['https://www.w3.org/ns/credentials/v2'], 'type': ['VerifiableCredential'],
                     'issuer': 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp', 'credentialSubject': {'id': 'did:example:ada'}}"""), KEY::sign);

    private FuzzedJws() {}

    public static void take(byte[] input) {
        String compact = new String(input, UTF_8);
        CompactJws jws = CompactJws.parse(compact);
        boolean verified = jws.verify(VerificationKey.of(KEY.publicKey()));
        Property.holds(verified == compact.equals(SIGNED), "that alone is verified which was signed");
        JwtEnvelope.Kind kind = JwtEnvelope.Kind.CREDENTIAL;
        ObjectNode envelope = kind.around(kind.mediaType(), compact);
        Opened opened = JwtEnvelope.parse(kind, envelope).open(ExpectedProof.OF_CREDENTIAL, NOW);
        Property.holds(opened.proof().isEmpty() == verified, "an envelope is as good as its signature");
    }
}
