package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** SD-JWT credentials that this node issues, through the verifiers that open them. */
class SdJwtVcTest {

    private static final PrivateKey KEY = CredentialIssuerTest.KEY;
    private static final String DID = CredentialIssuerTest.DID;
    private static final PrivateKey HOLDER = PrivateKey.generate(new SecureRandom());
    private static final String CLAIMS = "{'vct':'https://example.org/identity','cnf':{'kid':'"
            + DidKey.verificationMethod(HOLDER.publicKey())
            + "'},'exp':1900000000,'name':'Ada','address':{'street':'Long','city':'London'},"
            + "'nationalities':['GB',{'code':'FR','since':1840}]}";
    private static final List<String> DISCLOSABLE =
            List.of("/name", "/address", "/address/street", "/nationalities/0", "/nationalities/1/since");

    private final CredentialVerifier verifier = new CredentialVerifier(() -> CredentialIssuerTest.NOW, null);
    private final SdJwtSigner signer = new SdJwtSigner(
            new IssuerIdentity(new IssuerId(KEY.publicKey()), "Example University", null, null),
            new MemoryKeys(KEY),
            new SecureRandom(),
            () -> CredentialIssuerTest.NOW);

    @Test
    void verifiesWhatIsIssued() {
        String issued = signer.sign(Signed.parse(CLAIMS), DISCLOSABLE, "EdDSA");

        VerificationResult result = verify(issued);

        assertThat(result.problems()).isEmpty();
        assertThat(CredentialVerifierTest.outcome(result, Name.ISSUER)).isEqualTo(Outcome.PASSED);
        assertThat(SdJwt.parse(issued).payload().toString()).doesNotContain("\"Ada\"", "\"London\"", "1840", "\"GB\"");
        ObjectNode expected =
                Signed.parse(CLAIMS).put("iss", DID).put("iat", CredentialIssuerTest.NOW.getEpochSecond());
        assertThat(Jcs.canonical(claims(issued))).isEqualTo(Jcs.canonical(expected));
    }

    @Test
    void verifiesWhatIsIssuedByEs256() {
        String issued = new SdJwtSigner(
                        new IssuerIdentity(new IssuerId(KEY.publicKey()), "Example University", null, null),
                        WebIssuer.keys(KEY),
                        new SecureRandom(),
                        () -> CredentialIssuerTest.NOW)
                .sign(Signed.parse(CLAIMS), DISCLOSABLE, "ES256");

        assertThat(SdJwt.parse(issued).payload().path("iss").stringValue()).isEqualTo(WebIssuer.DID);
        VerificationResult result = Objects.requireNonNull(WebIssuer.verifier(() -> CredentialIssuerTest.NOW)
                .verify(JwtEnvelope.Kind.CREDENTIAL.around("dc+sd-jwt", issued))
                .block());
        assertThat(result.problems()).isEmpty();
        assertThat(CredentialVerifierTest.outcome(result, Name.ISSUER)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void verifiesWhatIsShownOfIt() {
        String shown =
                show(disclosure -> disclosure.name().equals(Optional.of("address")), "kb+jwt", "shop.example", "1234");

        PresentationVerifier.Result result = present(shown);

        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.verified()).isTrue();
        assertThat(claims(shown).toString()).contains("\"London\"").doesNotContain("\"Ada\"", "\"Long\"");
    }

    @Test
    void usesUpTheChallengeItWasShownOver() {
        Set<String> unused = new HashSet<>(Set.of("1234"));
        Challenges challenges =
                challenge -> Mono.just(unused.remove(challenge) ? Optional.empty() : Optional.of("it was used before"));
        String shown = show(disclosure -> true, "kb+jwt", "shop.example", "1234");

        assertThat(present(shown, challenges).verified()).isTrue();
        assertThat(present(shown, challenges).presentation().problems())
                .extracting(Problem::detail)
                .containsExactly("it was used before");
    }

    @ParameterizedTest
    @CsvSource({
        "vp+jwt, shop.example, 1234, of the type",
        "kb+jwt, forum.example, 1234, not for shop.example",
        "kb+jwt, shop.example, 4321, another challenge"
    })
    void refusesWhatWasShownToOthers(String type, String domain, String challenge, String detail) {
        assertThat(present(show(disclosure -> true, type, domain, challenge))
                        .presentation()
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void refusesWhatNobodyHasBoundToAKey() {
        PresentationVerifier.Result result = present(signer.sign(Signed.parse(CLAIMS), DISCLOSABLE, "EdDSA"));

        assertThat(result.verified()).isFalse();
        assertThat(result.presentation().problems())
                .extracting(Problem::detail)
                .containsExactly("there is no key binding JWT");
    }

    @Test
    void refusesWhatAnotherThanTheHolderHasSigned() {
        SdJwt sdJwt = SdJwt.parse(signer.sign(Signed.parse(CLAIMS), DISCLOSABLE, "EdDSA"));
        String stolen = sdJwt.withoutKeyBinding() + keyBinding(sdJwt, "kb+jwt", "shop.example", "1234", KEY);

        assertThat(present(stolen).presentation().problems())
                .extracting(Problem::title)
                .containsExactly("CRYPTOGRAPHIC_SECURITY_ERROR");
        assertThat(verify(stolen).problems())
                .extracting(Problem::title)
                .containsExactly("CRYPTOGRAPHIC_SECURITY_ERROR");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'alg':'none' | '' | alg is \"none\"",
                "'alg':'HS256' | '' | alg is \"HS256\"",
                "'alg':'EdDSA','typ':'JWT' | '' | typ: is not dc+sd-jwt",
                "'alg':'EdDSA','kid':'did:web:example.org#1' | '' | kid:",
                "'alg':'EdDSA' | 'vct':1 | vct: is not the type",
                "'alg':'EdDSA' | 'iss':'did:example:other' | does not belong to the issuer",
                "'alg':'EdDSA' | 'exp':1 | expired at 1970-01-01T00:00:01Z",
                "'alg':'EdDSA' | 'nbf':1900000000 | not valid before",
                "'alg':'EdDSA' | 'exp':'soon' | exp: is not a time",
                "'alg':'EdDSA' | 'iat':1900000000 | of the future",
                "'alg':'EdDSA' | 'status':{} | cannot read a status",
                "'alg':'EdDSA' | '_sd_alg':'md5' | _sd_alg is none of",
                "'alg':'EdDSA' | '_sd':['a','a'] | a digest stands twice",
                "'alg':'EdDSA' | '_sd':'a' | _sd is not an array of digests",
                "'alg':'EdDSA' | '...':'a' | a property with the name ..."
            })
    void refusesWhatIsWrong(String header, String claims, String detail) {
        String more = claims.equals("''") ? "{}" : "{" + claims + "}";
        ObjectNode payload = Signed.parse("{'vct':'a','iss':'" + DID + "'}");
        payload.setAll(Signed.parse(more));
        ObjectNode full =
                Signed.parse("{'typ':'dc+sd-jwt','kid':'" + DidKey.verificationMethod(KEY.publicKey()) + "'}");
        full.setAll(Signed.parse("{" + header + "}"));

        assertThat(verify(CompactJws.sign(full, payload, KEY::sign) + "~").problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void refusesClaimsThatMustNotBeDisclosed() {
        Disclosure type =
                Disclosure.ofProperty("salt", "vct", Signed.parse("{'a':'b'}").path("a"));
        ObjectNode payload = Signed.parse("{'iss':'" + DID + "','_sd':['" + type.digest("SHA-256") + "']}");
        ObjectNode header = Signed.parse(
                "{'alg':'EdDSA','typ':'dc+sd-jwt','kid':'" + DidKey.verificationMethod(KEY.publicKey()) + "'}");

        assertThat(verify(SdJwt.compact(CompactJws.sign(header, payload, KEY::sign), List.of(type)))
                        .problems())
                .extracting(Problem::detail)
                .containsExactly("vct: is disclosed, and must stand in the credential");
        assertThatThrownBy(() -> signer.sign(Signed.parse(CLAIMS), List.of("/vct"), "EdDSA"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("must see: vct");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | vct: is not",
                "{'vct':'a','iss':'did:example:other'} | for whom this node signs",
                "{'vct':'a','_sd':[]} | a claim with the name _sd",
                "{'vct':'a','b':[{'...':'c'}]} | a claim with the name _sd"
            })
    void issuesNothingElse(String claims, String detail) {
        assertThatThrownBy(() -> signer.sign(Signed.parse(claims), List.of(), "EdDSA"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(detail);
    }

    private VerificationResult verify(String sdJwt) {
        return Objects.requireNonNull(verifier.verify(envelope("EnvelopedVerifiableCredential", sdJwt))
                .block());
    }

    private PresentationVerifier.Result present(String sdJwt) {
        return present(sdJwt, Challenges.NONE);
    }

    private PresentationVerifier.Result present(String sdJwt, Challenges challenges) {
        return Objects.requireNonNull(new PresentationVerifier(() -> CredentialIssuerTest.NOW, verifier, challenges)
                .verify(
                        envelope("EnvelopedVerifiablePresentation", sdJwt),
                        Optional.of("shop.example"),
                        Optional.of("1234"))
                .block());
    }

    private String show(Predicate<Disclosure> shown, String type, String domain, String challenge) {
        SdJwt whole = SdJwt.parse(signer.sign(Signed.parse(CLAIMS), DISCLOSABLE, "EdDSA"));
        SdJwt some = SdJwt.parse(SdJwt.compact(
                whole.issuerSigned(), whole.disclosures().stream().filter(shown).toList()));
        return some.withoutKeyBinding() + keyBinding(some, type, domain, challenge, HOLDER);
    }

    private static String keyBinding(SdJwt sdJwt, String type, String domain, String challenge, PrivateKey key) {
        ObjectNode payload = Signed.parse("{'aud':'" + domain + "','nonce':'" + challenge + "'}")
                .put("iat", CredentialIssuerTest.NOW.getEpochSecond())
                .put("sd_hash", Disclosure.digest(sdJwt.withoutKeyBinding(), "SHA-256"));
        return CompactJws.sign(Signed.parse("{'alg':'EdDSA','typ':'" + type + "'}"), payload, key::sign);
    }

    private static ObjectNode claims(String compact) {
        SdJwt sdJwt = SdJwt.parse(compact);
        return DisclosedClaims.of(sdJwt.payload(), sdJwt.disclosures(), "SHA-256");
    }

    private static ObjectNode envelope(String type, String sdJwt) {
        return Signed.parse("{'@context':'https://www.w3.org/ns/credentials/v2','type':'" + type
                + "','id':'data:application/dc+sd-jwt," + sdJwt + "'}");
    }
}
