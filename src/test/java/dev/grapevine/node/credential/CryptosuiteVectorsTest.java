package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.jsonld.JsonLd;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The vectors of vc-di-eddsa and vc-di-ecdsa: every step on the way from document to signature. */
class CryptosuiteVectorsTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "EDDSA_RDFC_2022, ED25519, eddsa-rdfc-2022, DataInt",
        "EDDSA_RDFC_2022, ED25519, eddsa-rdfc-2022/employ, DataInt",
        "ECDSA_RDFC_2019, P256, ecdsa-rdfc-2019-p256, ECDSAP256",
        "ECDSA_RDFC_2019, P256, ecdsa-rdfc-2019-p256/employ, ECDSAP256",
        "ECDSA_RDFC_2019, P384, ecdsa-rdfc-2019-p384, ECDSAP384",
        "ECDSA_RDFC_2019, P384, ecdsa-rdfc-2019-p384/employ, ECDSAP384",
        "ECDSA_JCS_2019, P256, ecdsa-jcs-2019-p256, JCSECDSAP256",
        "ECDSA_JCS_2019, P384, ecdsa-jcs-2019-p384, JCSECDSAP384"
    })
    void goesEachStepOfTheVectors(Cryptosuite suite, Curve curve, String folder, String name) {
        ObjectNode signed = (ObjectNode) json(folder + "/signed" + name + ".json");
        ObjectNode document = DataIntegrity.copyWithout(signed, "proof");
        ObjectNode config = (ObjectNode) json(folder + "/proofConfig" + name + ".json");
        ObjectNode proof = (ObjectNode) signed.get("proof");

        assertThat(canonical(suite, document, curve)).isEqualTo(text(folder + "/canonDoc" + name + ".txt"));
        assertThat(canonical(suite, config, curve)).isEqualTo(text(folder + "/proofCanon" + name + ".txt"));
        assertThat(HEX.formatHex(suite.hashData(document, config, curve)))
                .isEqualTo(text(folder + "/combinedHash" + name + ".txt"))
                .isEqualTo(text(folder + "/proofHash" + name + ".txt") + text(folder + "/docHash" + name + ".txt"));
        assertThat(HEX.formatHex(Multibase.decode(proof.path("proofValue").stringValue())))
                .isEqualTo(text(folder + "/sigHex" + name + ".txt"));
        assertThat(ProofCheck.verify(document, proof, ExpectedProof.OF_CREDENTIAL, NOW, NOW))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eddsa-rdfc-2022/signedDataInt.json",
                "ecdsa-rdfc-2019-p256/signedECDSAP256.json",
                "ecdsa-rdfc-2019-p384/signedECDSAP384.json",
                "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
                "ecdsa-jcs-2019-p384/signedJCSECDSAP384.json"
            })
    void refusesTheSignedCredentialsOnceChanged(String file) {
        ObjectNode signed = (ObjectNode) json(file);
        assertThat(outcome(signed, Name.STRUCTURE)).isEqualTo(Outcome.PASSED);
        assertThat(outcome(signed, Name.CONTEXT)).isEqualTo(Outcome.PASSED);
        assertThat(outcome(signed, Name.PROOF)).isEqualTo(Outcome.PASSED);

        ((ObjectNode) signed.get("credentialSubject")).put("alumniOf", "Another School");
        assertThat(outcome(signed, Name.PROOF)).isEqualTo(Outcome.FAILED);

        ObjectNode later = (ObjectNode) json(file);
        ((ObjectNode) later.get("proof")).put("created", "2023-02-24T23:36:39Z");
        assertThat(outcome(later, Name.PROOF)).isEqualTo(Outcome.FAILED);
    }

    /** A key on another curve than the suite's, and a suite of another form, are refused before anything is verified. */
    @ParameterizedTest
    @CsvSource({
        "eddsa-rdfc-2022/signedDataInt.json, ecdsa-rdfc-2019, a key on Ed25519 makes no proofs of ecdsa-rdfc-2019",
        "ecdsa-rdfc-2019-p256/signedECDSAP256.json, eddsa-rdfc-2022, a key on P-256 makes no proofs of eddsa-rdfc-2022",
        "ecdsa-jcs-2019-p384/signedJCSECDSAP384.json, eddsa-jcs-2022, a key on P-384 makes no proofs of eddsa-jcs-2022",
        "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json, ecdsa-rdfc-2019, the signature does not fit",
        "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json, ecdsa-sd-2023, unsupported cryptosuite",
        "ecdsa-jcs-2019-p256/signedJCSECDSAP256.json, bbs-2023, unsupported cryptosuite"
    })
    void refusesAnotherSuiteThanTheOneThatSigned(String file, String suite, String detail) {
        ObjectNode signed = (ObjectNode) json(file);
        ((ObjectNode) signed.get("proof")).put("cryptosuite", suite);

        assertThat(CredentialVerifierTest.verify(signed, NOW).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    private static Outcome outcome(JsonNode credential, Name name) {
        return CredentialVerifierTest.outcome(CredentialVerifierTest.verify(credential, NOW), name);
    }

    private static String canonical(Cryptosuite suite, ObjectNode json, Curve curve) {
        return suite.signsRdf() ? JsonLd.canonicalRdf(json, curve.digest()).strip() : Jcs.canonical(json);
    }

    private static JsonNode json(String name) {
        return CredentialJson.parse(Vectors.bytes(name));
    }

    private static String text(String name) {
        return new String(Vectors.bytes(name), StandardCharsets.UTF_8).strip();
    }
}
