package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Curve;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CredentialSignerTest {

    private static final String CREDENTIAL = "{'@context':['https://www.w3.org/ns/credentials/v2',"
            + "'https://www.w3.org/ns/credentials/examples/v2'],'type':['VerifiableCredential','LibraryCard'],"
            + "'credentialSubject':{'id':'did:example:ada','number':'4711'}}";

    private static final String CREDENTIAL_OF_1_1 = "{'@context':['https://www.w3.org/2018/credentials/v1'],"
            + "'type':['VerifiableCredential'],'issuanceDate':'2026-04-30T10:00:00Z','expirationDate':'2027-01-01T00:00:00Z',"
            + "'credentialSubject':{'id':'did:example:ada'}}";

    private static final IssuerIdentity IDENTITY =
            new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "Uni", null, null);

    private final CredentialSigner signer =
            new CredentialSigner(IDENTITY, new MemoryKeys(CredentialIssuerTest.KEY), () -> CredentialIssuerTest.NOW);
    private final CredentialSigner web =
            new CredentialSigner(IDENTITY, WebIssuer.keys(CredentialIssuerTest.KEY), () -> CredentialIssuerTest.NOW);

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

    /** Data Integrity section 2.4.2: that model's context has no words for the proof, so that one which has comes in. */
    @ParameterizedTest
    @ValueSource(strings = {"eddsa-jcs-2022", "eddsa-rdfc-2022"})
    void signsCredentialsOfDataModel11(String cryptosuite) {
        ObjectNode given = Signed.parse(CREDENTIAL_OF_1_1);
        ObjectNode signed = signer.sign(given, cryptosuite);

        VerificationResult result = CredentialVerifierTest.verify(signed, CredentialIssuerTest.NOW);
        assertThat(result.problems()).isEmpty();
        assertThat(result.checks().getFirst().detail()).isEqualTo("a verifiable credential of data model 1.1");
        assertThat(signed.path("@context").valueStream().map(JsonNode::stringValue))
                .containsExactly(
                        "https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/data-integrity/v2");
        assertThat(given).as("what was given stays as it is").isEqualTo(Signed.parse(CREDENTIAL_OF_1_1));
    }

    @Test
    void leavesContextsThatHaveTheWordsAsTheyAre() {
        ObjectNode given = Signed.parse(CREDENTIAL_OF_1_1);
        given.withArray("@context").add("https://w3id.org/security/data-integrity/v2");

        assertThat(signer.sign(given, "eddsa-jcs-2022").path("@context")).isEqualTo(given.path("@context"));
    }

    @Test
    void putsNoCredentialOfDataModel11IntoAJwt() {
        assertThatThrownBy(() -> signer.signJwt(Signed.parse(CREDENTIAL_OF_1_1), "EdDSA"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("data model 1.1");
    }

    @ParameterizedTest
    @CsvSource({"ecdsa-jcs-2019, P256", "ecdsa-rdfc-2019, P256", "ecdsa-jcs-2019, P384", "ecdsa-rdfc-2019, P384"})
    void signsByEcdsaInTheNameOfItsDidWeb(String cryptosuite, Curve curve) {
        ObjectNode signed = web.sign(Signed.parse(CREDENTIAL), cryptosuite, curve);

        assertThat(signed.path("issuer").path("id").stringValue()).isEqualTo(WebIssuer.DID);
        assertThat(signed.path("proof").path("verificationMethod").stringValue())
                .isEqualTo(WebIssuer.method(curve));
        assertVerifies(signed);
        ((ObjectNode) signed.path("credentialSubject")).put("number", "4712");
        assertThat(verify(signed).verified()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"ES256, P256", "ES384, P384"})
    void signsJwtsByEcdsaInTheNameOfItsDidWeb(String algorithm, Curve curve) {
        ObjectNode signed = web.signJwt(Signed.parse(CREDENTIAL).put("issuer", WebIssuer.DID), algorithm);

        CompactJws jws = CompactJws.parse(signed.path("id").stringValue().split(",", 2)[1]);
        assertThat(jws.text("alg")).contains(algorithm);
        assertThat(jws.text("kid")).contains(WebIssuer.method(curve));
        assertVerifies(signed);
    }

    @Test
    void aKeySignsInTheNameOfNobodyElse() {
        ObjectNode ofFirstKey = Signed.parse(CREDENTIAL).put("issuer", CredentialIssuerTest.DID);
        ObjectNode ofWeb = Signed.parse(CREDENTIAL).put("issuer", WebIssuer.DID);

        assertThatThrownBy(() -> web.sign(ofFirstKey, "ecdsa-jcs-2019"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is not did:web:uni.example, for whom this node signs on P-256");
        assertThatThrownBy(() -> web.signJwt(ofFirstKey, "ES256")).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> web.sign(ofWeb, "eddsa-jcs-2022")).isInstanceOf(RefusedException.class);
    }

    @Test
    void signsNothingByEcdsaWithoutADidWeb() {
        assertThatThrownBy(() -> signer.sign(Signed.parse(CREDENTIAL), "ecdsa-jcs-2019"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("GRAPEVINE_PUBLIC_URL");
        assertThatThrownBy(() -> signer.signJwt(Signed.parse(CREDENTIAL), "ES256"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("did:web");
    }

    private static VerificationResult verify(ObjectNode signed) {
        return Objects.requireNonNull(WebIssuer.verifier(() -> CredentialIssuerTest.NOW)
                .verify(signed)
                .block());
    }

    private static void assertVerifies(ObjectNode signed) {
        VerificationResult result = verify(signed);
        assertThat(result.problems()).isEmpty();
        assertThat(CredentialVerifierTest.outcome(result, Check.Name.ISSUER)).isEqualTo(Check.Outcome.PASSED);
    }

    @Test
    void signsAsAJwtWhatThenVerifies() {
        ObjectNode signed = signer.signJwt(Signed.parse(CREDENTIAL), "EdDSA");

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
