package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of vc-di-eddsa, appendix B.3: every step on the way from document to signature. */
class EddsaJcs2022VectorsTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final JsonNode keyPair = json("keyPair.json");

    @Test
    void canonicalisesDocumentAndProofConfiguration() {
        assertThat(Jcs.canonical(json("unsigned.json"))).isEqualTo(text("canonDocJCS.txt"));
        assertThat(Jcs.canonical(json("proofConfigJCS.json"))).isEqualTo(text("proofCanonJCS.txt"));
    }

    @Test
    void hashesBothAndJoinsTheHashes() {
        byte[] document = Vectors.bytes("eddsa-jcs-2022/canonDocJCS.txt");
        byte[] proofConfig = Vectors.bytes("eddsa-jcs-2022/proofCanonJCS.txt");

        assertThat(DataIntegrity.sha256(document)).asHexString().isEqualToIgnoringCase(text("docHashJCS.txt"));
        assertThat(DataIntegrity.sha256(proofConfig)).asHexString().isEqualToIgnoringCase(text("proofHashJCS.txt"));
        assertThat(HEX.formatHex(DataIntegrity.hashData(proofConfig, document, "SHA-256")))
                .isEqualTo(text("combinedHashJCS.txt"));
    }

    @Test
    void signsTheSameBytes() {
        byte[] secret = Multibase.decode(keyPair.path("privateKeyMultibase").stringValue());
        // two bytes of multicodec, ed25519-priv, in front of the seed
        PrivateKey key = PrivateKey.ofSeed(Arrays.copyOfRange(secret, 2, 34));
        byte[] signature = key.sign(HEX.parseHex(text("combinedHashJCS.txt")));

        assertThat(DidKey.encode(key.publicKey()))
                .isEqualTo("did:key:" + keyPair.path("publicKeyMultibase").stringValue());
        assertThat(HEX.formatHex(signature)).isEqualTo(text("sigHexJCS.txt"));
        assertThat(Multibase.BASE58BTC.encode(signature)).isEqualTo(text("sigBTC58JCS.txt"));
    }

    /** Its issuer is a URL that only the network could resolve, so the issuer's own check fails. */
    @Test
    void verifiesTheSignedCredential() {
        VerificationResult result = CredentialVerifierTest.verify(Vectors.bytes("eddsa-jcs-2022/signedJCS.json"), NOW);

        assertThat(CredentialVerifierTest.outcome(result, Name.STRUCTURE)).isEqualTo(Outcome.PASSED);
        assertThat(CredentialVerifierTest.outcome(result, Name.PROOF)).isEqualTo(Outcome.PASSED);
        assertThat(CredentialVerifierTest.outcome(result, Name.VALIDITY)).isEqualTo(Outcome.PASSED);
        assertThat(CredentialVerifierTest.outcome(result, Name.ISSUER)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void refusesTheSignedCredentialOnceChanged() {
        ObjectNode changed = (ObjectNode) json("signedJCS.json");
        ((ObjectNode) changed.get("credentialSubject")).put("alumniOf", "Another School");

        assertThat(CredentialVerifierTest.outcome(CredentialVerifierTest.verify(changed, NOW), Name.PROOF))
                .isEqualTo(Outcome.FAILED);
    }

    private static JsonNode json(String name) {
        return CredentialJson.parse(Vectors.bytes("eddsa-jcs-2022/" + name));
    }

    private static String text(String name) {
        return new String(Vectors.bytes("eddsa-jcs-2022/" + name), StandardCharsets.UTF_8).strip();
    }
}
