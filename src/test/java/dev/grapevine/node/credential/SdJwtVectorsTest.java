package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Jwk;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** The SD-JWTs of the specification. */
class SdJwtVectorsTest {

    /** RFC 9901 appendix A.5. */
    static final VerificationKey ISSUER = Jwk.parse(
            Signed.parse(
                    "{'kty':'EC','crv':'P-256','x':'b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ','y':'Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8'}"));

    private static final Instant PRESENTED = Instant.ofEpochSecond(1_748_454_271);

    private static final ExpectedProof EXPECTED = new ExpectedProof(
            "authentication",
            Optional.of("https://verifier.example.org"),
            Optional.of("1234567890"),
            ExpectedProof.OF_CREDENTIAL.dids());

    @ParameterizedTest
    @ValueSource(strings = {"5.1", "A.1", "A.2", "A.3", "A.4"})
    void areSignedAndDisclosedAsTheyShouldBe(String section) {
        SdJwt sdJwt = read(section);

        assertThat(sdJwt.jws().verify(ISSUER)).isTrue();
        assertThat(claims(sdJwt).toString()).doesNotContain("_sd", "...");
        assertThat(sdJwt.withoutKeyBinding() + sdJwt.keyBinding().orElse(""))
                .isEqualTo(Vectors.text("sd-jwt/" + section + ".txt").strip());
    }

    @Test
    void discloseTheWholeOfAnIdentity() {
        ObjectNode claims = claims(read("5.1"));

        assertThat(claims.path("given_name").stringValue()).isEqualTo("John");
        assertThat(claims.path("address").path("locality").stringValue()).isEqualTo("Anytown");
        assertThat(claims.path("nationalities").toString()).isEqualTo("[\"US\",\"DE\"]");
    }

    @Test
    void disclosePartsOfAnAddress() {
        assertThat(claims(read("A.1")))
                .isEqualTo(Signed.parse("{'iss':'https://issuer.example.com','iat':1683000000,"
                        + "'exp':1883000000,'address':{'region':'港区','country':'JP'}}"));
    }

    @Test
    void discloseWhatIsInsideOfDisclosures() {
        assertThat(claims(read("A.3")))
                .isEqualTo(Signed.parse("{'iss':'https://pid-issuer.bund.de.example',"
                        + "'iat':1683000000,'exp':1883000000,'vct':'urn:eudi:pid:de:1','cnf':{'jwk':{'kty':'EC','crv':'P-256',"
                        + "'x':'TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc','y':'ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ'}},"
                        + "'age_equal_or_over':{'18':true},'nationalities':['DE']}"));
    }

    @Test
    void keepBackAnElementOfAnArray() {
        SdJwt whole = read("5.1");
        List<Disclosure> some = whole.disclosures().stream()
                .filter(disclosure -> disclosure.name().isPresent()
                        || disclosure.value().stringValue().equals("DE"))
                .toList();
        SdJwt shown = SdJwt.parse(SdJwt.compact(whole.issuerSigned(), some));

        assertThat(claims(shown).path("nationalities").toString()).isEqualTo("[\"DE\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A.3", "A.4"})
    void areBoundToTheHoldersKey(String section) {
        SdJwt sdJwt = read(section);

        assertThat(binding(sdJwt, EXPECTED, PRESENTED)).isEmpty();
        assertThat(binding(sdJwt, EXPECTED, PRESENTED.plus(KeyBinding.MAX_AGE).plusSeconds(1)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("within the last 15 minutes"));
        assertThat(binding(
                        sdJwt,
                        new ExpectedProof(
                                "", Optional.of("other"), Optional.of("other"), ExpectedProof.OF_CREDENTIAL.dids()),
                        PRESENTED))
                .extracting(Problem::title)
                .containsExactly("INVALID_DOMAIN_ERROR", "INVALID_CHALLENGE_ERROR");
    }

    @Test
    void areBoundToWhatIsDisclosed() {
        SdJwt sdJwt = read("A.3");
        SdJwt less = SdJwt.parse(
                SdJwt.compact(sdJwt.issuerSigned(), sdJwt.disclosures().subList(0, 2))
                        + sdJwt.keyBinding().orElseThrow());

        assertThat(binding(less, EXPECTED, PRESENTED))
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains("sd_hash differs"));
    }

    @Test
    void discloseNothingTwiceAndNothingElse() {
        SdJwt sdJwt = read("A.1");
        Disclosure first = sdJwt.disclosures().getFirst();
        Disclosure other = Disclosure.ofProperty("salt", "street", first.value());

        assertThatThrownBy(() -> claims(with(sdJwt, List.of(first, first))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("stands twice");
        assertThatThrownBy(() -> claims(with(sdJwt, List.of(first, other))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("fits no digest");
    }

    private static SdJwt with(SdJwt sdJwt, List<Disclosure> disclosures) {
        return SdJwt.parse(SdJwt.compact(sdJwt.issuerSigned(), disclosures));
    }

    private static List<Problem> binding(SdJwt sdJwt, ExpectedProof expected, Instant now) {
        return KeyBinding.verify(
                sdJwt.keyBinding().orElseThrow(), sdJwt, claims(sdJwt), SdJwt.hash(sdJwt.payload()), expected, now);
    }

    private static SdJwt read(String section) {
        return SdJwt.parse(Vectors.text("sd-jwt/" + section + ".txt").strip());
    }

    private static ObjectNode claims(SdJwt sdJwt) {
        return DisclosedClaims.of(sdJwt.payload(), sdJwt.disclosures(), SdJwt.hash(sdJwt.payload()));
    }
}
