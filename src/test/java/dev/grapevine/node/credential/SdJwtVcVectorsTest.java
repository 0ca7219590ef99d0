package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.Check.Name;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** The examples of draft-ietf-oauth-sd-jwt-vc, by their sections. Their issuer is a web site, whose keys this node does not look for. */
class SdJwtVcVectorsTest {

    private static final Instant PRESENTED = Instant.ofEpochSecond(1_750_212_988);

    @ParameterizedTest
    @CsvSource({"3.3, true", "4.2, false"})
    void areSignedAndDisclosedAsTheyShouldBe(String section, boolean whole) {
        SdJwt sdJwt = read(section);
        ObjectNode claims = claims(sdJwt);

        assertThat(sdJwt.jws().verify(SdJwtVectorsTest.ISSUER)).isTrue();
        assertThat(claims.path("address").path("locality").stringValue()).isEqualTo("Anytown");
        assertThat(claims.path("is_over_65").booleanValue()).isTrue();
        assertThat(claims.has("email")).isEqualTo(whole);
        assertThat(claims.toString()).doesNotContain("_sd");
    }

    @Test
    void isBoundToItsHolder() {
        SdJwt sdJwt = read("4.2");

        assertThat(binding(sdJwt, "https://example.com/verifier", "1234567890")).isEmpty();
        assertThat(binding(sdJwt, "https://example.com/other", "1234567890")).hasSize(1);
        assertThat(binding(sdJwt, "https://example.com/verifier", "1234567891")).hasSize(1);
    }

    /** Section 3.5: who cannot tell that a key is the issuer's must reject the credential. */
    @Test
    void isRefusedWhereTheKeyIsNotKnownAsTheIssuers() {
        ObjectNode envelope = JwtEnvelope.Kind.CREDENTIAL.around(
                "dc+sd-jwt", Vectors.text("sd-jwt-vc/3.3.txt").strip());

        VerificationResult result =
                SdJwtVc.open(JwtEnvelope.Kind.CREDENTIAL, envelope).verify(DidDocuments.NONE, PRESENTED);

        assertThat(CredentialVerifierTest.outcome(result, Name.STRUCTURE)).isEqualTo(Check.Outcome.PASSED);
        assertThat(CredentialVerifierTest.outcome(result, Name.VALIDITY)).isEqualTo(Check.Outcome.PASSED);
        assertThat(CredentialVerifierTest.outcome(result, Name.PROOF)).isEqualTo(Check.Outcome.FAILED);
        assertThat(CredentialVerifierTest.outcome(result, Name.ISSUER)).isEqualTo(Check.Outcome.FAILED);
    }

    private static List<Problem> binding(SdJwt sdJwt, String domain, String challenge) {
        ExpectedProof expected =
                new ExpectedProof("authentication", Optional.of(domain), Optional.of(challenge), DidDocuments.NONE);
        return KeyBinding.verify(
                sdJwt.keyBinding().orElseThrow(),
                sdJwt,
                claims(sdJwt),
                SdJwt.hash(sdJwt.payload()),
                expected,
                PRESENTED);
    }

    private static SdJwt read(String section) {
        return SdJwt.parse(Vectors.text("sd-jwt-vc/" + section + ".txt").strip());
    }

    private static ObjectNode claims(SdJwt sdJwt) {
        return DisclosedClaims.of(sdJwt.payload(), sdJwt.disclosures(), SdJwt.hash(sdJwt.payload()));
    }
}
