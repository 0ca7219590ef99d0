package dev.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.DidKey;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.PresentationVerifier;
import dev.grapevine.node.credential.SdJwtPresenter;
import dev.grapevine.node.credential.SdJwtSigner;
import dev.grapevine.node.credential.Signed;
import dev.grapevine.node.credential.WebIssuer;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Credentials as JWTs between Grapevine and jose, and as SD-JWTs between Grapevine and @sd-jwt/sd-jwt-vc. */
class JoseIT {

    private static final long ANSWER_SECONDS = 60;
    private static final PrivateKey ISSUER = PrivateKey.generate(new SecureRandom());
    private static final PrivateKey HOLDER = PrivateKey.generate(new SecureRandom());
    private static final IssuerIdentity IDENTITY =
            new IssuerIdentity(new IssuerId(ISSUER.publicKey()), "Example University", null, null);
    private static final String CLAIMS = "{'vct':'https://example.org/identity','name':'Ada',"
            + "'address':{'street':'Long','city':'London'},'nationalities':['GB','FR']}";
    private static final List<String> DISCLOSABLE =
            List.of("/name", "/address", "/address/street", "/nationalities/0", "/nationalities/1");
    private static final String CREDENTIAL = "{'@context':['https://www.w3.org/ns/credentials/v2'],"
            + "'type':['VerifiableCredential'],'credentialSubject':{'id':'did:example:ada'}}";

    private static JsonNode answer = JsonNodeFactory.instance.missingNode();

    private final CredentialVerifier verifier = new CredentialVerifier(Instant::now, null);
    private final PresentationVerifier presentations = new PresentationVerifier(Instant::now, verifier);

    @BeforeAll
    static void exchange(@TempDir Path folder) throws Exception {
        MemoryKeys keys = WebIssuer.keys(ISSUER);
        ObjectNode claims = Signed.parse(CLAIMS);
        ObjectNode bound = claims.deepCopy();
        bound.putObject("cnf").set("jwk", jwk(HOLDER));
        SdJwtSigner sdJwts = new SdJwtSigner(IDENTITY, keys, new SecureRandom(), Instant::now);
        CredentialSigner jwts = new CredentialSigner(IDENTITY, keys, Instant::now);

        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("sdJwt", sdJwts.sign(bound, DISCLOSABLE, "EdDSA"))
                .put("jwt", jwt(jwts, "EdDSA"))
                .put("domain", "shop.example")
                .put("challenge", "1234");
        SdJwtPresenter presenter = new SdJwtPresenter(new MemoryKeys(HOLDER), Instant::now);
        ObjectNode shown = presenter.present(
                sdJwts.signEnveloped(bound, DISCLOSABLE, "EdDSA"),
                List.of("/address/street", "/nationalities/1"),
                "shop.example",
                "1234");
        request.put("shown", shown.path("id").stringValue().split(",", 2)[1]);
        request.set("issuer", jwk(ISSUER));
        request.set("holder", jwk(HOLDER).put("d", base64(HOLDER.seed())));
        request.putObject("es256")
                .put("sdJwt", sdJwts.sign(bound, DISCLOSABLE, "ES256"))
                .put("jwt", jwt(jwts, "ES256"))
                .set("issuer", jwk(WebIssuer.IDENTITY.key(Curve.P256)));
        request.set("disclose", Signed.parse("{'address':{'street':true},'nationalities':{'0':true}}"));
        request.set("claims", claims);
        request.set("credential", Signed.parse(CREDENTIAL));

        NodeModules modules = NodeModules.of("interop/credentials");
        Path requests = Files.writeString(folder.resolve("request.json"), request.toString());
        Path answers = folder.resolve("answer.json");
        Command.Result result = Command.in(modules.directory())
                .run(ANSWER_SECONDS, modules.node(), "jose.mjs", requests.toString(), answers.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
        answer = CredentialJson.parse(Files.readAllBytes(answers));
    }

    @Test
    void theyVerifyWhatWeIssue() {
        JsonNode claims = answer.path("sdJwtClaims");
        assertThat(claims.path("iss").stringValue()).isEqualTo(DidKey.encode(ISSUER.publicKey()));
        assertThat(claims.path("address").path("street").stringValue()).isEqualTo("Long");
        assertThat(claims.path("nationalities").toString()).isEqualTo("[\"GB\",\"FR\"]");
        assertThat(answer.path("jwtClaims").path("credentialSubject").path("id").stringValue())
                .isEqualTo("did:example:ada");
    }

    @Test
    void theyVerifyWhatWeShow() {
        JsonNode claims = answer.path("shownClaims");
        assertThat(claims.path("address").path("street").stringValue()).isEqualTo("Long");
        assertThat(claims.path("nationalities").toString()).isEqualTo("[\"FR\"]");
        assertThat(claims.has("name")).isFalse();
    }

    @Test
    void theyVerifyWhatWeSignByEs256() {
        JsonNode verified = answer.path("es256");
        JsonNode claims = verified.path("sdJwtClaims");
        assertThat(claims.path("iss").stringValue()).isEqualTo(WebIssuer.DID);
        assertThat(claims.path("address").path("street").stringValue()).isEqualTo("Long");
        assertThat(verified.path("jwtClaims").path("issuer").path("id").stringValue())
                .isEqualTo(WebIssuer.DID);
    }

    @Test
    void weVerifyWhatTheyShowOfOurs() {
        assertVerified("dc+sd-jwt", answer.path("presented").stringValue());
    }

    @Test
    void weVerifyWhatTheyIssue() {
        assertVerified("dc+sd-jwt", answer.path("issued").stringValue());
        assertVerified("vp+jwt", answer.path("presentation").stringValue());
        ObjectNode envelope =
                envelope("Credential", "vc+jwt", answer.path("credential").stringValue());
        assertThat(Objects.requireNonNull(verifier.verify(envelope).block()).problems())
                .isEmpty();
    }

    private void assertVerified(String type, String presented) {
        PresentationVerifier.Result result = Objects.requireNonNull(presentations
                .verify(envelope("Presentation", type, presented), Optional.of("shop.example"), Optional.of("1234"))
                .block());
        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.credentials())
                .singleElement()
                .satisfies(credential -> assertThat(credential.problems()).isEmpty());
    }

    private static ObjectNode envelope(String of, String type, String compact) {
        return Signed.parse("{'@context':'https://www.w3.org/ns/credentials/v2','type':'EnvelopedVerifiable" + of
                + "','id':'data:application/" + type + "," + compact + "'}");
    }

    private static String jwt(CredentialSigner signer, String algorithm) {
        String envelope =
                signer.signJwt(Signed.parse(CREDENTIAL), algorithm).path("id").stringValue();
        return envelope.substring(envelope.indexOf(',') + 1);
    }

    private static ObjectNode jwk(EcdsaKey key) {
        byte[] multikey = Multibase.decode(key.publicKey().multikey());
        byte[] point = CustomNamedCurves.getByName("P-256")
                .getCurve()
                .decodePoint(Arrays.copyOfRange(multikey, 2, multikey.length))
                .getEncoded(false);
        return Signed.parse("{'kty':'EC','crv':'P-256'}")
                .put("x", base64(Arrays.copyOfRange(point, 1, 33)))
                .put("y", base64(Arrays.copyOfRange(point, 33, 65)));
    }

    private static ObjectNode jwk(PrivateKey key) {
        return Signed.parse("{'kty':'OKP','crv':'Ed25519'}")
                .put("x", base64(key.publicKey().raw()));
    }

    private static String base64(byte[] bytes) {
        return Multibase.BASE64URL.encode(bytes).substring(1);
    }
}
