package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ProofSetTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proof-set-chain/signedProofSet1",
                "proof-set-chain/signedProofSet2",
                "proof-set-chain/signedProofChain1",
                "proof-set-chain/signedProofChain2",
                "previous-proof/2.0-previousProofArrayOk-SimpleSigned2",
                "previous-proof/2.0-previousProofStringOk-SimpleSigned2"
            })
    void verifiesTheSetsAndChainsOfTheVectors(String name) {
        assertThat(verify(document(name))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "previous-proof/2.0-previousProofArrayMissingFail-SimpleSigned2, there is no proof urn:uuid:",
        "previous-proof/2.0-previousProofStringMissingFail-SimpleSigned2, there is no proof urn:uuid:",
        "previous-proof/2.0-previousProofMissingFail-SimpleSigned2, there is no proof urn:uuid:",
        "previous-proof/2.0-previousProofNotStringFail-SimpleSigned2, is neither text nor a set of texts"
    })
    void refusesTheBrokenChainsOfTheVectors(String name, String detail) {
        assertThat(verify(document(name)))
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void coversThePreviousProofs() {
        ObjectNode document = document("proof-set-chain/signedProofChain2");
        ((ObjectNode) document.get("proof").get(0)).put("nonce", "x");

        // the first proof, and the third, which builds on it
        assertThat(verify(document))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.title()).isEqualTo("CRYPTOGRAPHIC_SECURITY_ERROR"));
    }

    @Test
    void refusesCycles() {
        ObjectNode document = document("proof-set-chain/signedProofChain2");
        ArrayNode proofs = (ArrayNode) document.get("proof");
        ((ObjectNode) proofs.get(0)).set("previousProof", proofs.get(2).get("id"));
        assertThat(verify(document))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("builds on itself"));

        ((ObjectNode) proofs.get(0)).set("previousProof", proofs.get(0).get("id"));
        assertThat(verify(document))
                .extracting(Problem::detail)
                .containsExactly("a proof builds on itself: urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544");
    }

    @Test
    void refusesTwoProofsOfOneId() {
        ObjectNode document = document("proof-set-chain/signedProofChain1");
        ArrayNode proofs = (ArrayNode) document.get("proof");
        proofs.add(proofs.get(0).deepCopy());

        assertThat(verify(document))
                .extracting(Problem::detail)
                .allSatisfy(detail -> assertThat(detail).startsWith("two proofs have the id"));
    }

    @ParameterizedTest
    @CsvSource({
        "authentication, , , PROOF_VERIFICATION_ERROR",
        "assertionMethod, shop.example, , INVALID_DOMAIN_ERROR",
        "assertionMethod, , 1235abcd6789, INVALID_CHALLENGE_ERROR"
    })
    void refusesAProofThatWasMadeForSomethingElse(String purpose, String domain, String challenge, String title) {
        ObjectNode document = document("proof-set-chain/signedProofSet2");
        ((ObjectNode) document.get("proof").get(0))
                .put("domain", "forum.example")
                .put("challenge", "6789");
        ExpectedProof expected = new ExpectedProof(
                purpose, Optional.ofNullable(domain), Optional.ofNullable(challenge), DidDocuments.NONE);

        assertThat(ProofSet.verify(document, expected, NOW, NOW))
                .extracting(Problem::title)
                .contains(title);
    }

    private static List<Problem> verify(ObjectNode document) {
        return ProofSet.verify(document, ExpectedProof.OF_CREDENTIAL, NOW, NOW);
    }

    private static ObjectNode document(String name) {
        return (ObjectNode) CredentialJson.parse(Vectors.bytes(name + ".json"));
    }
}
