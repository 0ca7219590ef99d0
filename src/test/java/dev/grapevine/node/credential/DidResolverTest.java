package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.VerificationKey;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/** Credentials and presentations of a did:web, and what its document has to say for them. */
class DidResolverTest {

    private static final String DID = "did:web:uni.example";
    private static final String METHOD = DID + "#key-1";
    private static final String MULTIKEY =
            VerificationKey.of(CredentialIssuerTest.KEY.publicKey()).multikey();

    private Instant now = CredentialIssuerTest.NOW;
    private final Map<String, String> web = new HashMap<>();
    private final AtomicInteger loads = new AtomicInteger();
    private final RemoteDocuments documents = url -> {
        loads.incrementAndGet();
        String document = web.get(url.toString());
        return document == null
                ? Mono.error(new UnavailableException("not there: " + url))
                : Mono.just(document.getBytes(StandardCharsets.UTF_8));
    };
    private final CredentialVerifier verifier =
            new CredentialVerifier(() -> now, null, OwnStatusLists.NONE, documents, Schedulers.immediate());

    private static ObjectNode document() {
        return Signed.parse(
                "{'@context':'https://www.w3.org/ns/did/v1','id':'" + DID + "','verificationMethod':[{'id':'"
                        + METHOD + "','type':'Multikey','controller':'" + DID + "','publicKeyMultibase':'" + MULTIKEY
                        + "'}],'assertionMethod':['#key-1'],'authentication':['" + METHOD + "']}");
    }

    @BeforeEach
    void publish() {
        publish(document());
    }

    private void publish(ObjectNode document) {
        web.put("https://uni.example/.well-known/did.json", document.toString());
    }

    private static ObjectNode credential() {
        ObjectNode credential = Signed.parse("{'@context':['https://www.w3.org/ns/credentials/v2'],"
                + "'type':['VerifiableCredential'],'issuer':'" + DID + "','credentialSubject':{'id':'urn:x'}}");
        return signed(credential, "assertionMethod", METHOD);
    }

    private static ObjectNode signed(ObjectNode document, String purpose, String method) {
        ObjectNode proof = Signed.parse("{'proofPurpose':'" + purpose + "'}");
        return Signed.by(CredentialIssuerTest.KEY, "eddsa-jcs-2022", document, proof.toString(), method);
    }

    private VerificationResult verify(ObjectNode credential) {
        return Objects.requireNonNull(verifier.verify(credential).block());
    }

    private static Outcome outcome(VerificationResult result, Name name) {
        return result.checks().stream()
                .filter(check -> check.name() == name)
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    @Test
    void verifiesTheCredentialOfADidWeb() {
        VerificationResult result = verify(credential());

        assertThat(result.problems()).isEmpty();
        assertThat(outcome(result, Name.ISSUER)).isEqualTo(Outcome.PASSED);
    }

    @Test
    void verifiesAPresentationByADidWeb() {
        ObjectNode presentation = signed(
                Signed.parse("{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiablePresentation',"
                        + "'holder':'" + DID + "'}"),
                "authentication",
                METHOD);

        assertThat(Objects.requireNonNull(new PresentationVerifier(() -> now, verifier)
                                .verify(presentation, Optional.empty(), Optional.empty())
                                .block())
                        .verified())
                .isTrue();
    }

    @Test
    void remembersADocumentForFiveMinutes() {
        verify(credential());
        now = now.plus(DidResolver.MAX_AGE).minusMillis(1);
        verify(credential());
        assertThat(loads).hasValue(1);

        web.clear();
        now = now.plusMillis(1);

        assertThat(outcome(verify(credential()), Name.PROOF)).isEqualTo(Outcome.FAILED);
    }

    /** Each of them has the one method, and something that is wrong about it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'id':'did:web:other.example' | is not that of",
                "'assertionMethod':[] | as a method for assertionMethod",
                "'assertionMethod':['#key-2'] | as a method for assertionMethod",
                "'verificationMethod':[] | no such verification method",
                "'verificationMethod':[{'id':'#key-1','type':'Multikey','controller':'did:web:other.example','publicKeyMultibase':'MULTIKEY'}] | controlled by another",
                "'verificationMethod':[{'id':'#key-1','type':'Multikey','controller':'did:web:uni.example','publicKeyMultibase':'z6Mk'}] | not a public key",
                "'verificationMethod':[{'id':'#key-1','type':'RsaKey','controller':'did:web:uni.example'}] | unknown type",
                "'verificationMethod':[{'id':'#key-1','type':'Multikey','controller':'did:web:uni.example','publicKeyMultibase':'MULTIKEY','revoked':'2026-05-01T10:00:00Z'}] | no longer in force",
                "'verificationMethod':[{'id':'#key-1','type':'Multikey','controller':'did:web:uni.example','publicKeyMultibase':'MULTIKEY','expires':'soon'}] | no longer in force"
            })
    void refusesWhatTheDocumentDoesNotAllow(String change, String reason) {
        ObjectNode document = document();
        document.setAll(Signed.parse("{" + change.replace("MULTIKEY", MULTIKEY) + "}"));
        publish(document);

        VerificationResult result = verify(credential());

        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.FAILED);
        assertThat(outcome(result, Name.ISSUER)).isEqualTo(Outcome.FAILED);
        assertThat(result.problems()).extracting(Problem::title).contains("INVALID_VERIFICATION_METHOD");
        assertThat(result.problems().toString()).contains(reason);
    }

    @Test
    void takesAKeyThatExpiresLaterAndOneThatIsAJwk() {
        ObjectNode document = document();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(CredentialIssuerTest.KEY.publicKey().raw());
        document.setAll(Signed.parse(
                "{'verificationMethod':[],'assertionMethod':[{'id':'#key-1','type':'JsonWebKey','controller':'" + DID
                        + "','expires':'2027-01-01T00:00:00Z','publicKeyJwk':{'kty':'OKP','crv':'Ed25519','x':'" + x
                        + "'}}]}"));
        publish(document);

        assertThat(verify(credential()).verified()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"did:web:127.0.0.1#key-1", "did:web:..#key-1", "did:web:nobody.example#key-1", "did:web:uni.example"})
    void refusesMethodsThatDoNotResolve(String method) {
        ObjectNode credential = credential();
        ((ObjectNode) credential.path("proof")).put("verificationMethod", method);

        assertThat(verify(credential).problems()).extracting(Problem::title).contains("INVALID_VERIFICATION_METHOD");
    }

    @Test
    void aDidKeyNeedsNoDocument() {
        verify((ObjectNode) CredentialJson.parse(CredentialIssuerTest.issuer("Uni")
                .issue(CredentialIssuerTest.ada("{}"))
                .json()));

        assertThat(loads).hasValue(0);
    }
}
