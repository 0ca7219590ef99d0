package dev.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.PresentationVerifier;
import dev.grapevine.node.credential.ProfileClaims;
import dev.grapevine.node.credential.Signed;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.credential.WebIssuer;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Credentials and presentations between Grapevine and @digitalbazaar/vc: what one makes, the other verifies. */
class DigitalBazaarIT {

    private static final long ANSWER_SECONDS = 60;
    private static final PrivateKey KEY = PrivateKey.generate(new SecureRandom());
    private static final IssuerIdentity IDENTITY =
            new IssuerIdentity(new IssuerId(KEY.publicKey()), "Example University", null, null);
    private static final List<List<String>> THEIRS = List.of(
            List.of("eddsa-jcs-2022", "Ed25519"),
            List.of("eddsa-rdfc-2022", "Ed25519"),
            List.of("ecdsa-jcs-2019", "P-256"),
            List.of("ecdsa-jcs-2019", "P-384"),
            List.of("ecdsa-rdfc-2019", "P-256"),
            List.of("ecdsa-rdfc-2019", "P-384"));

    private static JsonNode answer = JsonNodeFactory.instance.missingNode();

    private final CredentialVerifier verifier = new CredentialVerifier(Instant::now, null);

    @BeforeAll
    static void exchange(@TempDir Path folder) throws Exception {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ArrayNode issue = request.putArray("issue");
        for (List<String> suite : THEIRS) {
            issue.addObject()
                    .put("cryptosuite", suite.get(0))
                    .put("curve", suite.get(1))
                    .set("credential", credential());
        }
        issue.addObject()
                .put("cryptosuite", "eddsa-rdfc-2022")
                .put("curve", "Ed25519")
                .set("credential", credentialOf11());
        ObjectNode ours = ours();
        ArrayNode verify = request.putArray("verify").add(ours);
        String did = ours.path("issuer").path("id").stringValue();
        for (String suite : List.of("eddsa-jcs-2022", "eddsa-rdfc-2022")) {
            String config = suite.endsWith("rdfc-2022")
                    ? "{'proofPurpose':'assertionMethod'}"
                    : "{'@context':" + credential().get("@context") + ",'proofPurpose':'assertionMethod'}";
            verify.add(Signed.by(KEY, suite, credential().put("issuer", did), config));
        }
        CredentialSigner signer = new CredentialSigner(IDENTITY, new MemoryKeys(KEY), Instant::now);
        for (String suite : List.of("eddsa-jcs-2022", "eddsa-rdfc-2022")) {
            verify.add(signer.sign(credentialOf11(), suite));
        }
        CredentialSigner web = new CredentialSigner(IDENTITY, WebIssuer.keys(KEY), Instant::now);
        for (String suite : List.of("ecdsa-jcs-2019", "ecdsa-rdfc-2019")) {
            verify.add(web.sign(credential(), suite, Curve.P256));
            verify.add(web.sign(credential(), suite, Curve.P384));
        }
        request.putArray("documents").add(WebIssuer.document());
        request.putObject("present")
                .put("domain", "shop.example")
                .put("challenge", "1234")
                .set("credential", ours);
        answer = run(folder, request);
    }

    @Test
    void theyVerifyWhatWeIssue() {
        assertThat(answer.path("verified"))
                .hasSize(9)
                .allSatisfy(result -> assertThat(result.path("verified").booleanValue())
                        .as(result.toString())
                        .isTrue());
    }

    @Test
    void weVerifyWhatTheyIssue() {
        assertThat(answer.path("issued")).hasSize(THEIRS.size() + 1);
        for (JsonNode credential : answer.path("issued")) {
            VerificationResult result =
                    Objects.requireNonNull(verifier.verify(credential).block());
            assertThat(result.problems()).as(credential.toString()).isEmpty();

            ((ObjectNode) credential.path("credentialSubject")).put("alumniOf", "Another School");
            assertThat(Objects.requireNonNull(verifier.verify(credential).block())
                            .verified())
                    .isFalse();
        }
    }

    @Test
    void weVerifyWhatTheyPresent() {
        PresentationVerifier.Result result = Objects.requireNonNull(new PresentationVerifier(Instant::now, verifier)
                .verify(answer.path("presented"), Optional.of("shop.example"), Optional.of("1234"))
                .block());

        assertThat(result.presentation().problems()).isEmpty();
        assertThat(result.verified()).isTrue();
    }

    private static ObjectNode credential() {
        return Signed.parse("{'@context':['https://www.w3.org/ns/credentials/v2',"
                + "'https://www.w3.org/ns/credentials/examples/v2'],'id':'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',"
                + "'type':['VerifiableCredential','AlumniCredential'],'name':{'@value':'Alumni','@language':'en-GB','@direction':'ltr'},"
                + "'validFrom':'2025-01-01T00:00:00Z','credentialSubject':{'id':'did:example:ada',"
                + "'alumniOf':'The School of Examples','marks':[1,2.5,-0.0003],'active':true}}");
    }

    private static ObjectNode credentialOf11() {
        return Signed.parse("{'@context':['https://www.w3.org/2018/credentials/v1'],"
                + "'id':'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc34','type':['VerifiableCredential'],"
                + "'issuanceDate':'2025-01-01T00:00:00Z','credentialSubject':{'id':'did:example:ada'}}");
    }

    private static ObjectNode ours() {
        CredentialIssuer issuer = new CredentialIssuer(IDENTITY, new MemoryKeys(KEY), new SecureRandom());
        ObjectNode claims = Signed.parse("{'degree':{'type':'Bachelor','name':'Mathematics'},'marks':[1,2.5]}");
        return (ObjectNode) CredentialJson.parse(issuer.issue(new ProfileClaims(
                        "ada", "Ada Lovelace", "did:example:ada", claims, List.of(), Instant.now(), null))
                .json());
    }

    private static JsonNode run(Path folder, ObjectNode request) throws IOException {
        NodeModules modules = NodeModules.of("interop/credentials");
        Path answer = folder.resolve("answer.json");
        Path requests = Files.writeString(folder.resolve("request.json"), request.toString());
        Command.Result result = Command.in(modules.directory())
                .run(ANSWER_SECONDS, modules.node(), "credentials.mjs", requests.toString(), answer.toString());
        assertThat(result.exitCode()).as(result.output()).isZero();
        return CredentialJson.parse(Files.readAllBytes(answer));
    }
}
