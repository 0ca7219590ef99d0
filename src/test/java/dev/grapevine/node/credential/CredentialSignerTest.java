package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class CredentialSignerTest {

    private static final String CREDENTIAL = "{'@context':['https://www.w3.org/ns/credentials/v2',"
            + "'https://www.w3.org/ns/credentials/examples/v2'],'type':['VerifiableCredential','LibraryCard'],"
            + "'credentialSubject':{'id':'did:example:ada','number':'4711'}}";

    private final CredentialSigner signer = new CredentialSigner(
            new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "Uni", null, null),
            new MemoryKeys(CredentialIssuerTest.KEY),
            () -> CredentialIssuerTest.NOW);

    @ParameterizedTest
    @ValueSource(strings = {"eddsa-jcs-2022", "eddsa-rdfc-2022"})
    void signsWhatThenVerifies(String cryptosuite) {
        assertThat(CredentialSigner.cryptosuites()).contains(cryptosuite);
        ObjectNode given = Signed.parse(CREDENTIAL);
        ObjectNode signed = signer.sign(given, cryptosuite);

        assertThat(CredentialVerifierTest.verify(signed, CredentialIssuerTest.NOW)
                        .problems())
                .isEmpty();
        assertThat(signed.path("issuer").path("id").stringValue()).isEqualTo(CredentialIssuerTest.DID);
        assertThat(signed.path("proof").path("cryptosuite").stringValue()).isEqualTo(cryptosuite);
        assertThat(signed.path("proof").path("created").stringValue()).isEqualTo("2026-05-01T10:00:00Z");
        assertThat(given).as("what was given stays as it is").isEqualTo(Signed.parse(CREDENTIAL));
    }

    @Test
    void signsAsAJwtWhatThenVerifies() {
        ObjectNode signed = signer.signJwt(Signed.parse(CREDENTIAL));

        assertThat(signed.path("id").stringValue()).startsWith("data:application/vc+jwt,");
        assertThat(CredentialVerifierTest.verify(signed, CredentialIssuerTest.NOW)
                        .problems())
                .isEmpty();
    }

    @Test
    void takesItsOwnNameAsTheIssuer() {
        ObjectNode given = Signed.parse(CREDENTIAL).put("issuer", CredentialIssuerTest.DID);

        assertThat(signer.sign(given, "eddsa-jcs-2022").path("issuer").stringValue())
                .isEqualTo(CredentialIssuerTest.DID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'issuer':'did:example:other' | for whom this node signs",
                "'issuer':null | for whom this node signs",
                "'proof':{'type':'DataIntegrityProof'} | is there already",
                "'type':'LibraryCard' | does not name VerifiableCredential",
                "'validUntil':'tomorrow' | not a date",
                "'@context':['https://www.w3.org/ns/credentials/v2'] | which no context gives a meaning",
                "'@context':['https://www.w3.org/ns/credentials/v2',{'@vocab':'ex:'}] | with @vocab",
                "'credentialSubject':{} | has no claim",
                "'id':9007199254740993 | precision"
            })
    void refusesWhatIsNoCredentialOfTheIssuer(String change, String detail) {
        ObjectNode given = Signed.parse(CREDENTIAL);
        given.setAll(Signed.parse("{" + change + "}"));

        assertThatThrownBy(() -> signer.sign(given, "eddsa-jcs-2022"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.problems())
                                .anySatisfy(
                                        problem -> assertThat(problem.detail()).contains(detail)));
    }

    @Test
    void refusesWhatAnRdfSignatureWouldNotCover() {
        ObjectNode given = Signed.parse(CREDENTIAL);
        ((ObjectNode) given.get("credentialSubject")).put("@index", "x");

        assertThatThrownBy(() -> signer.sign(given, "eddsa-rdfc-2022"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.problems())
                                .extracting(Problem::title)
                                .containsExactly("DATA_LOSS_DETECTION_ERROR"));
    }
}
