package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.Jwk;
import dev.grapevine.keys.VerificationKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The secured documents of the W3C's test suite for VC-JOSE-COSE. Their issuer is a web site that is not to be had, so its keys are
 * given, and what secures them is verified by itself.
 */
class VcJoseCoseVectorsTest {

    /** The suite's {@code vm-….json}, by {@code kid}. */
    private static final Map<String, VerificationKey> KEYS = Map.of(
            "2aOHaQxsWVT4mLsUkdtlCnUV-au0BBR-5yPYaPaCc5k",
            key("{'kty':'OKP','crv':'Ed25519','x':'NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI'}"),
            "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU",
            key("{'kty':'EC','crv':'P-256','x':'WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ',"
                    + "'y':'qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk'}"),
            "96qBnDpvS6x8YSCH_xmnLlXZMkDhHBr8lj99u5aog7s",
            key("{'kty':'EC','crv':'P-384','x':'PBM13G1rU-NPczSpFO7QGc-uSUHqoDPZSbshgR820ligqFB2yGFbE90VnpTiSswG',"
                    + "'y':'x7mdD6reunUlSQ5LoC2GDpLOrjbIMLnt1TEGgxoyXSaKScPPRYY7hTr3geCvEZpf'}"));

    private static VerificationKey key(String jwk) {
        return Jwk.parse(Signed.parse(jwk));
    }

    @ParameterizedTest
    @CsvSource({
        "credential-jose-minimal, true",
        "credential-issuer-match-signed, true",
        "credential-jose-bad-signature, false",
        "presentation-jose-multiple, true"
    })
    void jwtsAreSignedOrNot(String name, boolean signed) {
        assertThat(isSigned(CompactJws.parse(read(name)))).isEqualTo(signed);
    }

    @ParameterizedTest
    @CsvSource({
        "credential-jose-bad-media-type, the JWT is of the type bad+typ",
        "credential-jose-vc-vp-claims, must not be a claim of a JWT",
        "presentation-jose-bad-media-type, the JWT is of the type bad+typ"
    })
    void jwtsThatBreakARuleAreRefusedForIt(String name, String detail) {
        JwtEnvelope.Kind kind =
                name.startsWith("presentation") ? JwtEnvelope.Kind.PRESENTATION : JwtEnvelope.Kind.CREDENTIAL;

        Opened opened = JwtEnvelope.parse(kind, kind.around(kind.mediaType(), read(name)))
                .open(ExpectedProof.OF_CREDENTIAL, Instant.parse("2024-12-16T00:00:00Z"));

        assertThat(opened.proof())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void whatIsNoCredentialIsNoneInAPresentation() {
        ObjectNode presentation = (ObjectNode) CredentialJson.parse(
                CompactJws.parse(read("presentation-jose-bad-credential")).payload());

        VerificationResult result = CredentialVerifierTest.verify(
                PresentationStructure.credentials(presentation).getFirst(), CredentialIssuerTest.NOW);

        assertThat(result.verified()).isFalse();
    }

    /** Secured in three ways: as a JWT, as an SD-JWT, and by COSE, which this node does not read. */
    @Test
    void aPresentationHoldsItsCredentialsInEnvelopesOfTheirOwn() {
        ObjectNode presentation = (ObjectNode) CredentialJson.parse(
                CompactJws.parse(read("presentation-jose-multiple")).payload());
        List<ObjectNode> held = PresentationStructure.credentials(presentation);

        assertThat(held).hasSize(3);
        assertThat(isSigned(
                        CompactJws.parse(held.get(0).path("id").stringValue().split(",", 2)[1])))
                .isTrue();
        assertThat(isSigned(SdJwt.parse(held.get(1).path("id").stringValue().split(",", 2)[1])
                        .jws()))
                .isTrue();
        assertThat(CredentialVerifierTest.verify(held.get(2), CredentialIssuerTest.NOW)
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("which alone this node opens"));
    }

    @ParameterizedTest
    @CsvSource({
        "credential-sdjwt-selective, true",
        "credential-sdjwt-bad-signature, false",
        "presentation-sdjwt-selective, true"
    })
    void sdJwtsAreSignedOrNot(String name, boolean signed) {
        assertThat(isSigned(SdJwt.parse(read(name)).jws())).isEqualTo(signed);
    }

    @Test
    void sdJwtsDiscloseWhatWasHidden() {
        JsonNode person = claims("credential-sdjwt-selective").path("credentialSubject");
        assertThat(person.path("firstName").stringValue()).isEqualTo("Jane");
        assertThat(person.path("lastName").stringValue()).isEqualTo("Doe");

        JsonNode employee = claims("credential-sdjwt-nested").path("credentialSubject");
        assertThat(employee.path("address").path("street").stringValue()).isEqualTo("123 Main St");
        assertThat(employee.path("phoneNumbers").path(0).path("type").stringValue())
                .isEqualTo("work");

        assertThat(claims("presentation-sdjwt-selective").path("type").stringValue())
                .isEqualTo("VerifiablePresentation");
    }

    private static boolean isSigned(CompactJws jws) {
        VerificationKey key = KEYS.get(jws.text("kid").orElseThrow());
        return key != null && jws.verify(key);
    }

    private static ObjectNode claims(String name) {
        SdJwt sdJwt = SdJwt.parse(read(name));
        return DisclosedClaims.of(sdJwt.payload(), sdJwt.disclosures(), SdJwt.hash(sdJwt.payload()));
    }

    private static String read(String name) {
        return Vectors.text("vc-jose-cose/" + name + ".txt").strip();
    }
}
