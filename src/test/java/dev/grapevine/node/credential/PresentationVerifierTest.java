package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class PresentationVerifierTest {

    private static final PrivateKey HOLDER =
            PrivateKey.ofSeed("a holder who has 32 bytes of it.".getBytes(StandardCharsets.UTF_8));
    private static final String HOLDER_DID = DidKey.encode(HOLDER.publicKey());
    private static final String PROOF = "{'proofPurpose':'authentication','created':'2026-05-01T10:00:00Z',"
            + "'domain':'shop.example','challenge':'1234'}";

    private final PresentationVerifier verifier = new PresentationVerifier(
            () -> CredentialIssuerTest.NOW, new CredentialVerifier(() -> CredentialIssuerTest.NOW, null));

    private final ObjectNode credential = (ObjectNode) CredentialJson.parse(CredentialIssuerTest.issuer("Uni")
            .issue(CredentialIssuerTest.ada("{}"))
            .json());

    @ParameterizedTest
    @ValueSource(strings = {"eddsa-jcs-2022", "eddsa-rdfc-2022"})
    void verifiesThePresentationAndItsCredentials(String suite) {
        PresentationVerifier.Result result = verify(Signed.by(HOLDER, suite, presentation(), PROOF));

        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.presentation().checks())
                .extracting(Check::name)
                .containsExactly(Name.STRUCTURE, Name.CONTEXT, Name.PROOF, Name.HOLDER);
        assertThat(result.credentials())
                .singleElement()
                .satisfies(held -> assertThat(held.verified()).isTrue());
        assertThat(result.verified()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, 1234, PASSED",
        "shop.example, , PASSED",
        ", 1234, PASSED",
        ", , PASSED",
        "forum.example, 1234, FAILED",
        "shop.example, 12345, FAILED",
        "'', 1234, FAILED",
        "shop.example, '', FAILED"
    })
    void refusesWhatWasMadeForAnotherPlaceOrTime(String domain, String challenge, Outcome outcome) {
        ObjectNode presentation = Signed.by(HOLDER, "eddsa-jcs-2022", presentation(), PROOF);

        assertThat(outcome(verify(presentation, domain, challenge), Name.PROOF)).isEqualTo(outcome);
    }

    @Test
    void refusesAProofThatSaysThatACredentialIsSo() {
        ObjectNode presentation =
                Signed.by(HOLDER, "eddsa-jcs-2022", presentation(), "{'proofPurpose':'assertionMethod'}");

        assertThat(verify(presentation, null, null).presentation().problems())
                .extracting(Problem::detail)
                .containsExactly("proofPurpose is not authentication: \"assertionMethod\"");
    }

    @Test
    void refusesAnotherHolderThanTheOneWhoSigned() {
        ObjectNode presentation = presentation().put("holder", CredentialIssuerTest.DID);

        PresentationVerifier.Result result = verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF));

        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.PASSED);
        assertThat(outcome(result, Name.HOLDER)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void takesAPresentationThatNamesNoHolder() {
        ObjectNode presentation = DataIntegrity.copyWithout(presentation(), "holder");

        PresentationVerifier.Result result = verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF));

        assertThat(outcome(result, Name.HOLDER)).isEqualTo(Outcome.SKIPPED);
        assertThat(result.verified()).isTrue();
    }

    @Test
    void refusesWhatWasChangedOnTheWay() {
        ObjectNode presentation = Signed.by(HOLDER, "eddsa-jcs-2022", presentation(), PROOF);
        ((ArrayNode) presentation.get("verifiableCredential")).add(credential);

        assertThat(outcome(verify(presentation), Name.PROOF)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void saysWhichOfItsCredentialsIsWrong() {
        ObjectNode changed = credential.deepCopy();
        ((ObjectNode) changed.get("credentialSubject")).put("username", "eve");
        ObjectNode presentation = presentation();
        ((ArrayNode) presentation.get("verifiableCredential")).add(changed);

        PresentationVerifier.Result result = verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF));

        assertThat(result.presentation().verified()).isTrue();
        assertThat(result.credentials())
                .extracting(VerificationResult::verified)
                .containsExactly(true, false);
        assertThat(result.verified()).isFalse();
    }

    @Test
    void takesWhatTheHolderSaysOfItself() {
        ObjectNode own = DataIntegrity.copyWithout(credential, "proof").put("issuer", HOLDER_DID);
        ObjectNode presentation = presentation();
        presentation.putArray("verifiableCredential").add(own);
        assertThat(verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF))
                        .verified())
                .isTrue();

        own.put("issuer", CredentialIssuerTest.DID);
        assertThat(verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF))
                        .verified())
                .as("of somebody else")
                .isFalse();

        own.put("issuer", HOLDER_DID);
        presentation.remove("holder");
        assertThat(verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF))
                        .verified())
                .as("of nobody who is named")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'VerifiableCredential'}",
                "{'type':[]}",
                "{'id':1}",
                "{'holder':'x'}",
                "{'holder':{'name':'x'}}",
                "{'holder':null}",
                "{'@context':['https://www.w3.org/ns/credentials/examples/v2']}",
                "{'verifiableCredential':'urn:x'}",
                "{'verifiableCredential':[]}",
                "{'verifiableCredential':['eyJ']}",
                "{'termsOfUse':{'id':'urn:x'}}"
            })
    void refusesWhatTheDataModelDoesNotAllow(String change) {
        ObjectNode presentation = presentation();
        presentation.setAll(Signed.parse(change));
        PresentationVerifier.Result result = verify(Signed.by(HOLDER, "eddsa-jcs-2022", presentation, PROOF));

        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.PASSED);
        assertThat(outcome(result, Name.STRUCTURE)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void refusesAPresentationWithoutAProof() {
        PresentationVerifier.Result result = verify(presentation());

        assertThat(outcome(result, Name.STRUCTURE)).isEqualTo(Outcome.FAILED);
        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void takesCredentialsUpToItsLimit() {
        assertThat(verify(with(PresentationVerifier.MAX_CREDENTIALS)).credentials())
                .hasSize(32);
        assertThat(verify(with(PresentationVerifier.MAX_CREDENTIALS + 1))
                        .presentation()
                        .problems())
                .extracting(Problem::detail)
                .containsExactly("verifiableCredential: has more than 32 credentials");
    }

    private ObjectNode with(int count) {
        ObjectNode presentation = presentation();
        ArrayNode credentials = presentation.putArray("verifiableCredential");
        for (int i = 0; i < count; i++) {
            credentials.add(credential);
        }
        return presentation;
    }

    private ObjectNode presentation() {
        ObjectNode presentation = Signed.parse("{'@context':['https://www.w3.org/ns/credentials/v2'],"
                + "'type':['VerifiablePresentation'],'holder':'" + HOLDER_DID + "'}");
        presentation.putArray("verifiableCredential").add(credential);
        return presentation;
    }

    private PresentationVerifier.Result verify(JsonNode presentation) {
        return verify(presentation, "shop.example", "1234");
    }

    private PresentationVerifier.Result verify(JsonNode presentation, String domain, String challenge) {
        return Objects.requireNonNull(
                verifier.verify(presentation, Optional.ofNullable(domain), Optional.ofNullable(challenge))
                        .block());
    }

    private static Outcome outcome(PresentationVerifier.Result result, Name name) {
        return CredentialVerifierTest.outcome(result.presentation(), name);
    }
}
