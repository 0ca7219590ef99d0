package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialSigner.RefusedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** SD-JWT credentials that somebody has issued to this node's issuer, shown to a verifier. */
class SdJwtPresenterTest {

    private static final PrivateKey HOLDER = PrivateKey.generate(new SecureRandom());
    private static final String CLAIMS = "'vct':'https://example.org/identity','name':'Ada',"
            + "'address':{'street':'Long','city':'London'},'nationalities':['GB',{'code':'FR','since':1840}]";
    private static final List<String> DISCLOSABLE = List.of(
            "/name", "/address", "/address/street", "/nationalities/0", "/nationalities/1", "/nationalities/1/since");

    private final SdJwtSigner issuer = new SdJwtSigner(
            new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "University", null, null),
            new MemoryKeys(CredentialIssuerTest.KEY),
            new SecureRandom(),
            () -> CredentialIssuerTest.NOW);
    private final SdJwtPresenter presenter = new SdJwtPresenter(WebIssuer.keys(HOLDER), () -> CredentialIssuerTest.NOW);

    private ObjectNode credential(String confirmation) {
        return issuer.signEnveloped(Signed.parse("{" + CLAIMS + confirmation + "}"), DISCLOSABLE, "EdDSA");
    }

    private static String boundTo(String method) {
        return ",'cnf':{'kid':'" + method + "'}";
    }

    private static String boundToHolder() {
        return boundTo(DidKey.verificationMethod(HOLDER.publicKey()));
    }

    private static PresentationVerifier.Result verify(ObjectNode presentation) {
        return Objects.requireNonNull(new PresentationVerifier(
                        () -> CredentialIssuerTest.NOW, new CredentialVerifier(() -> CredentialIssuerTest.NOW, null))
                .verify(presentation, Optional.of("shop.example"), Optional.of("1234"))
                .block());
    }

    private static ObjectNode claims(ObjectNode presentation) {
        SdJwt sdJwt = SdJwtVc.sdJwt(presentation);
        return DisclosedClaims.of(sdJwt.payload(), sdJwt.disclosures(), "SHA-256");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | {'nationalities':[]}",
                "/name | {'name':'Ada','nationalities':[]}",
                "/address | {'address':{'city':'London'},'nationalities':[]}",
                "/address/city | {'address':{'city':'London'},'nationalities':[]}",
                "/address/street | {'address':{'street':'Long','city':'London'},'nationalities':[]}",
                "/nationalities/1 | {'nationalities':[{'code':'FR'}]}",
                "/nationalities/0,/nationalities/1/since | {'nationalities':['GB',{'code':'FR','since':1840}]}",
                "/vct,/vct | {'nationalities':[]}"
            })
    void showsWhatIsNamedAndWhatItIsInsideOf(String disclosed, String shown) {
        List<String> pointers = disclosed.isEmpty() ? List.of() : List.of(disclosed.split(","));

        ObjectNode presentation = presenter.present(credential(boundToHolder()), pointers, "shop.example", "1234");

        ObjectNode claims = claims(presentation);
        claims.remove(List.of("vct", "iss", "iat", "cnf"));
        assertThat(Jcs.canonical(claims)).isEqualTo(Jcs.canonical(Signed.parse(shown)));
        PresentationVerifier.Result result = verify(presentation);
        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.verified()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"P256", "P384"})
    void bindsByTheKeysOfItsDidWebToo(Curve curve) {
        String multikey = WebIssuer.IDENTITY.key(curve).publicKey().multikey();
        ObjectNode credential = credential(boundTo("did:key:" + multikey + "#" + multikey));

        ObjectNode presentation = presenter.present(credential, List.of("/name"), "shop.example", "1234");

        PresentationVerifier.Result result = verify(presentation);
        assertThat(result.presentation().problems()).isEmpty();
    }

    @Test
    void showsNothingThatIsBoundToAnother() {
        PrivateKey other = PrivateKey.generate(new SecureRandom());

        assertRefused(credential(boundTo(DidKey.verificationMethod(other.publicKey()))), "does not sign with");
        assertRefused(credential(""), "bound the credential to no key");
        assertThatThrownBy(() -> new SdJwtPresenter(new MemoryKeys(HOLDER), () -> CredentialIssuerTest.NOW)
                        .present(credential(boundTo(WebIssuer.didKey())), List.of(), "shop.example", "1234"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("does not sign with");
    }

    @Test
    void showsNothingElse() {
        ObjectNode shown = presenter.present(credential(boundToHolder()), List.of(), "shop.example", "1234");

        assertRefused(shown, "is no EnvelopedVerifiableCredential");
        assertRefused(shown.deepCopy().put("type", "EnvelopedVerifiableCredential"), "has a key binding JWT already");
        assertRefused(Signed.parse("{}"), "is no EnvelopedVerifiableCredential");
        assertRefused(credential(boundToHolder()).put("id", "data:application/dc+sd-jwt,x"), "an SD-JWT ends with ~");
    }

    @ParameterizedTest
    @CsvSource({
        "name, no JSON Pointer",
        "/nothing, names what is not there",
        "/address/street/0, names what is not there"
    })
    void refusesClaimsThatThereAreNot(String pointer, String detail) {
        assertThatThrownBy(
                        () -> presenter.present(credential(boundToHolder()), List.of(pointer), "shop.example", "1234"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(detail);
    }

    private void assertRefused(ObjectNode credential, String detail) {
        assertThatThrownBy(() -> presenter.present(credential, List.of(), "shop.example", "1234"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(detail);
    }
}
