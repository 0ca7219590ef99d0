package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CredentialIssuerTest {

    static final Instant NOW = Instant.parse("2026-05-01T10:00:00.123Z");
    static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
    static final String DID = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp";

    private final CredentialIssuer issuer = issuer("Uni \"Exämple\"");

    static CredentialIssuer issuer(String name) {
        IssuerIdentity identity = new IssuerIdentity(new IssuerId(KEY.publicKey()), name, null, KEY.publicKey());
        return new CredentialIssuer(identity, new MemoryKeys(KEY), new SecureRandom());
    }

    static ProfileClaims ada(String claims, String... evidence) {
        return new ProfileClaims(
                "ada",
                "Ada Lovelace",
                "did:example:ada",
                (ObjectNode) json(claims),
                List.of(evidence).stream().map(CredentialIssuerTest::json).toList(),
                NOW,
                NOW.plusSeconds(3600));
    }

    static JsonNode json(String text) {
        return CredentialJson.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void issuesACredentialOfTheDataModel() {
        IssuedCredential issued = issuer.issue(ada(
                "{\"degree\":{\"type\":\"Bachelor\",\"name\":\"Mathematics\"},\"zeta\":1.0,\"alpha\":[true,null]}",
                "{\"type\":[\"IdDocument\"],\"kind\":\"passport\"}",
                "\"seen in person\""));
        JsonNode credential = CredentialJson.parse(issued.json());

        assertThat(credential.path("id").stringValue())
                .isEqualTo(issued.id())
                .matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(credential.path("@context"))
                .isEqualTo(json("[\"https://www.w3.org/ns/credentials/v2\",\"https://w3id.org/grapevine/profile/v1\","
                        + "\"https://www.w3.org/ns/credentials/undefined-terms/v2\"]"));
        assertThat(credential.path("type")).isEqualTo(json("[\"VerifiableCredential\",\"ProfileCredential\"]"));
        assertThat(credential.path("issuer"))
                .isEqualTo(json("{\"id\":\"" + DID + "\",\"name\":\"Uni \\\"Exämple\\\"\"}"));
        assertThat(credential.path("validFrom").stringValue()).isEqualTo("2026-05-01T10:00:00Z");
        assertThat(credential.path("validUntil").stringValue()).isEqualTo("2026-05-01T11:00:00Z");
        assertThat(credential.path("credentialSubject")).isEqualTo(json("""
                        {"alpha":[true,null],"degree":{"name":"Mathematics","type":"Bachelor"},"displayName":"Ada Lovelace",\
                        "id":"did:example:ada","username":"ada","zeta":1}"""));
        assertThat(credential.path("evidence"))
                .isEqualTo(
                        json(
                                "[{\"kind\":\"passport\",\"type\":[\"IdDocument\"]},{\"name\":\"seen in person\",\"type\":\"Evidence\"}]"));
    }

    @Test
    void issuesItInItsCanonicalFormWithItsDigest() {
        IssuedCredential issued = issuer.issue(ada("{\"\\u00e9\":\"\\ud83d\\ude00\",\"e\":1e21}", "\"x\""));

        assertThat(Jcs.canonical(CredentialJson.parse(issued.json())).getBytes(StandardCharsets.UTF_8))
                .isEqualTo(issued.json());
        assertThat(issued.digest()).isEqualTo(DataIntegrity.sha256(issued.json()));
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        IssuedCredential issued = issuer.issue(
                new ProfileClaims("ada", "Ada", null, JsonNodeFactory.instance.objectNode(), List.of(), NOW, null));
        JsonNode credential = CredentialJson.parse(issued.json());

        assertThat(credential.has("evidence")).isFalse();
        assertThat(credential.has("validUntil")).isFalse();
        assertThat(credential.path("credentialSubject"))
                .isEqualTo(json("{\"displayName\":\"Ada\",\"username\":\"ada\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"did:example:eve\"} | claims.id",
                "{\"username\":\"eve\"} | claims.username",
                "{\"displayName\":\"Eve\"} | claims.displayName",
                "{\"@id\":\"did:example:eve\"} | claims.@id",
                "{\"n\":9007199254740993} | claims",
                "{\"t\":\"\\ud800\"} | claims"
            })
    void refusesClaimsThatOverrideOrHaveNoCanonicalForm(String claims, String property) {
        assertThatThrownBy(() -> issuer.issue(ada(claims)))
                .isInstanceOfSatisfying(
                        InvalidClaimsException.class,
                        e -> assertThat(e.property()).isEqualTo(property));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{}", "{\"type\":[]}", "{\"type\":1}", "1", "null", "[]"})
    void refusesEvidenceWithoutAType(String evidence) {
        assertThatThrownBy(() -> issuer.issue(ada("{}", "\"fine\"", evidence)))
                .isInstanceOfSatisfying(
                        InvalidClaimsException.class,
                        e -> assertThat(e.property()).isEqualTo("evidence[1]"));
    }

    @Test
    void refusesASubjectThatIsNoUri() {
        for (String subject : List.of("ada", "", "a b:c", "/relative")) {
            ProfileClaims claims = new ProfileClaims(
                    "ada", "Ada", subject, JsonNodeFactory.instance.objectNode(), List.of(), NOW, null);
            assertThatThrownBy(() -> issuer.issue(claims))
                    .isInstanceOf(InvalidClaimsException.class)
                    .hasMessageStartingWith("subject");
        }
    }

    @Test
    void refusesAnEndBeforeTheBeginning() {
        ProfileClaims claims = new ProfileClaims(
                "ada", "Ada", null, JsonNodeFactory.instance.objectNode(), List.of(), NOW, NOW.minusSeconds(1));

        assertThatThrownBy(() -> issuer.issue(claims))
                .isInstanceOf(InvalidClaimsException.class)
                .hasMessageStartingWith("validUntil");
    }

    @Test
    void issuesCredentialsUpToItsLimit() {
        int others = issuer.issue(ada("{\"note\":\"\"}")).json().length;
        // a signature's base58 text has 87 or 88 characters, so the limit itself is met to within one
        String most = "a".repeat(CredentialIssuer.MAX_CREDENTIAL_BYTES - others - 2);

        assertThat(issuer.issue(ada("{\"note\":\"" + most + "\"}")).json())
                .hasSizeBetween(CredentialIssuer.MAX_CREDENTIAL_BYTES - 4, CredentialIssuer.MAX_CREDENTIAL_BYTES);
        assertThatThrownBy(() -> issuer.issue(ada("{\"note\":\"" + most + "aaaaa\"}")))
                .isInstanceOf(InvalidClaimsException.class)
                .hasMessageContaining("65536 bytes");
    }
}
