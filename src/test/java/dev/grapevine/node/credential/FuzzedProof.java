package dev.grapevine.node.credential;

import dev.grapevine.fuzz.JsonEdits;
import dev.grapevine.fuzz.Property;
import dev.grapevine.libp2p.crypto.PrivateKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** A credential that was signed, and then changed as the input says: it is verified only where it still says what was signed. */
public final class FuzzedProof {

    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final CredentialVerifier VERIFIER = new CredentialVerifier(() -> NOW, null);
    private static final ObjectNode CREDENTIAL = Signed.parse("""
            {'@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/undefined-terms/v2'],
             'type': ['VerifiableCredential', 'ProfileCredential'], 'id': 'urn:uuid:1', 'validFrom': '2026-01-01T00:00:00Z',
             'issuer': {'id': 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp', 'name': 'Uni'},
             'credentialSubject': {'id': 'did:example:ada', 'username': 'ada', 'degrees': [{'name': 'Maths', 'year': 1840}]}}""");
    private static final List<ObjectNode> SIGNED = List.of(signed("eddsa-jcs-2022"), signed("eddsa-rdfc-2022"));

    private FuzzedProof() {}

    private static ObjectNode signed(String suite) {
        return Signed.by(
                PrivateKey.ofSeed(new byte[32]),
                suite,
                CREDENTIAL,
                "{'proofPurpose': 'assertionMethod', 'created': '2026-01-01T00:00:00Z'}");
    }

    /** @param input which credential, and the changes */
    public static void take(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        int which = in.hasRemaining() ? in.get() & 1 : 0;
        ObjectNode signed = SIGNED.get(which);
        ObjectNode changed = JsonEdits.applied(in, signed);
        boolean verified = VERIFIER.verify(changed).block().verified();
        boolean same =
                document(changed).equals(document(signed)) && proofs(changed).equals(proofs(signed));
        Property.holds(!same || verified, "what was signed is verified");
        // of RDF, much may be written in several ways
        Property.holds(!verified || same || which == 1, "nothing else is verified");
    }

    private static String document(ObjectNode credential) {
        return Jcs.canonical(DataIntegrity.copyWithout(credential, "proof"));
    }

    private static Set<String> proofs(ObjectNode credential) {
        return DataIntegrity.values(credential.path("proof")).stream()
                .filter(proof -> !proof.isMissingNode())
                .map(Jcs::canonical)
                .collect(Collectors.toSet());
    }
}
