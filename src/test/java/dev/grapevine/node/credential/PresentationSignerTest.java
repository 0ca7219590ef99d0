package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Curve;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PresentationSignerTest {

    private static final String PRESENTATION =
            "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':['VerifiablePresentation']}";
    private static final PresentationSigner.Options OPTIONS =
            new PresentationSigner.Options(Optional.of("shop.example"), Optional.of("1234"));

    private final PresentationSigner signer = new PresentationSigner(
            new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "Uni", null, null),
            WebIssuer.keys(CredentialIssuerTest.KEY),
            () -> CredentialIssuerTest.NOW);

    @Test
    void signsByAProofWhatThenVerifies() {
        assertVerifies(
                signer.sign(Signed.parse(PRESENTATION), "eddsa-jcs-2022", Curve.ED25519, OPTIONS),
                "shop.example",
                "1234");
    }

    @Test
    void signsAsAJwtWhatThenVerifies() {
        ObjectNode signed = signer.signJwt(Signed.parse(PRESENTATION), "EdDSA", OPTIONS);

        assertThat(signed.path("id").stringValue()).startsWith("data:application/vp+jwt,");
        assertVerifies(signed, "shop.example", "1234");
    }

    @ParameterizedTest
    @CsvSource({"P256, ES256", "P384, ES384"})
    void signsByEcdsaInTheNameOfItsDidWeb(Curve curve, String algorithm) {
        ObjectNode signed = signer.sign(Signed.parse(PRESENTATION), "ecdsa-rdfc-2019", curve, OPTIONS);

        assertThat(signed.path("holder").stringValue()).isEqualTo(WebIssuer.DID);
        assertVerifies(signed, "shop.example", "1234");
        assertVerifies(signer.signJwt(Signed.parse(PRESENTATION), algorithm, OPTIONS), "shop.example", "1234");
    }

    @ParameterizedTest
    @CsvSource({"forum.example, 1234", "shop.example, 4321"})
    void aJwtIsForOneVerifierAndOneChallenge(String domain, String challenge) {
        ObjectNode signed = signer.signJwt(Signed.parse(PRESENTATION), "EdDSA", OPTIONS);

        assertThat(verify(signed, domain, challenge).presentation().checks())
                .filteredOn(check -> check.name() == Name.PROOF)
                .extracting(Check::outcome)
                .containsExactly(Check.Outcome.FAILED);
    }

    @Test
    void refusesClaimsOfDataModel1() {
        ObjectNode presentation = Signed.parse(PRESENTATION);
        presentation.putObject("vp");

        assertThatThrownBy(() -> signer.signJwt(presentation, "EdDSA", OPTIONS))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("must not be a claim of a JWT");
    }

    private static void assertVerifies(ObjectNode signed, String domain, String challenge) {
        PresentationVerifier.Result result = verify(signed, domain, challenge);
        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.presentation().checks())
                .filteredOn(check -> check.name() == Name.HOLDER)
                .extracting(Check::outcome)
                .containsExactly(Check.Outcome.PASSED);
    }

    private static PresentationVerifier.Result verify(ObjectNode signed, String domain, String challenge) {
        PresentationVerifier verifier = new PresentationVerifier(
                () -> CredentialIssuerTest.NOW, WebIssuer.verifier(() -> CredentialIssuerTest.NOW));
        return Objects.requireNonNull(verifier.verify(signed, Optional.of(domain), Optional.of(challenge))
                .block());
    }
}
