package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Credentials and presentations as JWTs, through the verifiers that open them. */
class JwtEnvelopeTest {

    private static final PrivateKey KEY = CredentialIssuerTest.KEY;
    private static final String DID = CredentialIssuerTest.DID;
    private static final String KID = DidKey.verificationMethod(KEY.publicKey());
    private static final String HEADER = "{'alg':'EdDSA','typ':'vc+jwt','cty':'vc','kid':'" + KID + "'}";
    private static final String CREDENTIAL = "{'@context':['https://www.w3.org/ns/credentials/v2'],"
            + "'type':['VerifiableCredential'],'issuer':'" + DID + "','credentialSubject':{'id':'did:example:ada'}}";
    private static final String PRESENTATION = "{'@context':['https://www.w3.org/ns/credentials/v2'],"
            + "'type':['VerifiablePresentation'],'holder':'" + DID + "','aud':'shop.example','nonce':'1234'}";

    private final CredentialVerifier verifier = new CredentialVerifier(() -> CredentialIssuerTest.NOW, null);

    @Test
    void verifiesACredentialInAnEnvelope() {
        VerificationResult result = verify(envelope(jwt(HEADER, CREDENTIAL)));

        assertThat(result.problems()).isEmpty();
        assertThat(result.checks())
                .filteredOn(check -> check.name() == Name.PROOF)
                .singleElement()
                .extracting(Check::detail)
                .isEqualTo("signed by EdDSA as vc+jwt");
        assertThat(outcome(result, Name.ISSUER)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void verifiesACredentialOfADidJwkOnP256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        String did = didJwk((ECPublicKey) pair.getPublic());
        String input =
                base64("{'alg':'ES256','kid':'#0','iss':'" + did + "'}") + "." + base64(CREDENTIAL.replace(DID, did));
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(pair.getPrivate());
        signer.update(input.getBytes(StandardCharsets.US_ASCII));
        String jwt = input + "." + Multibase.BASE64URL.encode(signer.sign()).substring(1);

        VerificationResult result = verify(envelope(jwt));

        assertThat(result.problems()).isEmpty();
        assertThat(result.checks())
                .anySatisfy(check -> assertThat(check.detail()).isEqualTo("signed by " + did));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'alg':'none','kid':'KID' | alg is \"none\"",
                "'alg':'HS256','kid':'KID' | alg is \"HS256\"",
                "'alg':'ES256','kid':'KID' | alg is \"ES256\"",
                "'kid':'KID' | alg is",
                "'alg':'EdDSA','kid':'KID','typ':'vp+jwt' | the JWT is of the type vp+jwt",
                "'alg':'EdDSA','kid':'KID','typ':'dc+sd-jwt' | the JWT is of the type dc+sd-jwt",
                "'alg':'EdDSA' | kid: not the DID URL",
                "'alg':'EdDSA','kid':'key-1' | kid: not the DID URL",
                "'alg':'EdDSA','kid':'https://example.org/keys#1' | kid: none of did:key, did:jwk and did:web",
                "'alg':'EdDSA','kid':'KID','iss':'https://example.org' | iss is https://example.org, but the issuer is",
                "'alg':'EdDSA','kid':'KID','crit':['exp'] | must be understood"
            })
    void refusesHeaders(String parameters, String detail) {
        String header = "{" + parameters.replace("KID", KID) + "}";

        assertThat(verify(envelope(jwt(header, CREDENTIAL))).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'exp':1777629600 | the JWT has expired: 2026-05-01T10:00:00Z",
                "'iat':1777630000 | the JWT is of the future",
                "'nbf':1777630000 | the JWT is of the future",
                "'exp':'soon' | exp: is not a time",
                "'exp':1e300 | exp: is not a time",
                "'vc':{} | vc: must not be a claim",
                "'@context':['https://www.w3.org/2018/credentials/v1'] | is that of data model 1.1",
                "'iss':'did:example:other' | iss is did:example:other",
                "'validUntil':'2026-05-01T09:00:00Z' | expired at",
                "'type':['Other'] | does not name VerifiableCredential",
                "'@context':['https://www.w3.org/ns/credentials/v2','https://example.org/x'] | does not know the context",
                "'issuer':'did:example:other' | no proof's verificationMethod belongs to the issuer",
                "'credentialStatus':{'type':'https://example.org/Status'} | reads no status of the type"
            })
    void refusesClaims(String claims, String detail) {
        ObjectNode credential = Signed.parse(CREDENTIAL);
        credential.setAll(Signed.parse("{" + claims + "}"));

        assertThat(verify(envelope(jwt(HEADER, credential.toString()))).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void takesASignatureThatHasNotExpired() {
        ObjectNode credential = Signed.parse(CREDENTIAL).put("exp", 1777629601).put("iat", 1777629600.5);

        assertThat(verify(envelope(jwt(HEADER, credential.toString()))).verified())
                .isTrue();
    }

    @Test
    void refusesWhatWasChanged() {
        String jwt = jwt(HEADER, CREDENTIAL);
        int payload = jwt.indexOf('.') + 20;
        String changed =
                jwt.substring(0, payload) + (jwt.charAt(payload) == 'A' ? 'B' : 'A') + jwt.substring(payload + 1);

        assertThat(verify(envelope(changed)).verified()).isFalse();
        assertThat(verify(envelope(jwt.substring(0, jwt.lastIndexOf('.') + 1))).verified())
                .as("without its signature")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'@context':[] | of the envelope does not have",
                "'@context':'https://www.w3.org/ns/credentials/examples/v2' | of the envelope does not have",
                "'type':['EnvelopedVerifiableCredential','VerifiableCredential'] | alone",
                "'id':'eyJ' | begins with data:application/vc+jwt,",
                "'id':'data:application/vp+jwt,e30.e30.e30' | begins with data:application/vc+jwt,",
                "'id':'data:application/vc+jwt,e30' | three parts",
                "'id':'data:application/vc+jwt,e30.W10.e30' | holds no object"
            })
    void refusesEnvelopes(String change, String detail) {
        ObjectNode envelope = envelope(jwt(HEADER, CREDENTIAL));
        envelope.setAll(Signed.parse("{" + change + "}"));

        assertThat(verify(envelope).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @ParameterizedTest
    @CsvSource({"shop.example, 1234, true", ", , true", "forum.example, 1234, false", "shop.example, 4321, false"})
    void verifiesAPresentationInAnEnvelope(String domain, String challenge, boolean right) {
        ObjectNode presentation = Signed.parse(PRESENTATION);
        presentation.putArray("verifiableCredential").add(envelope(jwt(HEADER, CREDENTIAL)));
        ObjectNode envelope = Signed.parse("{'@context':'https://www.w3.org/ns/credentials/v2',"
                + "'type':'EnvelopedVerifiablePresentation','id':'data:application/vp+jwt,"
                + jwt(HEADER.replace("vc", "vp"), presentation.toString()) + "'}");

        PresentationVerifier.Result result =
                Objects.requireNonNull(new PresentationVerifier(() -> CredentialIssuerTest.NOW, verifier)
                        .verify(envelope, Optional.ofNullable(domain), Optional.ofNullable(challenge))
                        .block());

        assertThat(result.verified()).isEqualTo(right);
        assertThat(result.credentials())
                .singleElement()
                .satisfies(credential -> assertThat(credential.verified()).isTrue());
        assertThat(CredentialVerifierTest.outcome(result.presentation(), Name.HOLDER))
                .isEqualTo(Outcome.PASSED);
    }

    private VerificationResult verify(ObjectNode envelope) {
        return Objects.requireNonNull(verifier.verify(envelope).block());
    }

    private static Outcome outcome(VerificationResult result, Name name) {
        return CredentialVerifierTest.outcome(result, name);
    }

    private static ObjectNode envelope(String jwt) {
        return Signed.parse("{'@context':'https://www.w3.org/ns/credentials/v2',"
                + "'type':'EnvelopedVerifiableCredential','id':'data:application/vc+jwt," + jwt + "'}");
    }

    private static String jwt(String header, String payload) {
        String input = base64(header) + "." + base64(payload);
        byte[] signature = KEY.sign(input.getBytes(StandardCharsets.US_ASCII));
        return input + "." + Multibase.BASE64URL.encode(signature).substring(1);
    }

    private static String base64(String json) {
        return Multibase.BASE64URL
                .encode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .substring(1);
    }

    private static String didJwk(ECPublicKey key) {
        byte[] encoded = key.getEncoded();
        String x = Multibase.BASE64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 64, encoded.length - 32));
        String y = Multibase.BASE64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        return "did:jwk:"
                + base64("{'kty':'EC','crv':'P-256','x':'" + x.substring(1) + "','y':'" + y.substring(1) + "'}");
    }
}
