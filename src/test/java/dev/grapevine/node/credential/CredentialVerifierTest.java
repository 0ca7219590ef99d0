package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class CredentialVerifierTest {

    private static final Instant NOW = CredentialIssuerTest.NOW;

    private final IssuedCredential issued = CredentialIssuerTest.issuer("Uni")
            .issue(CredentialIssuerTest.ada(
                    "{\"degree\":{\"name\":\"Mathematics\"},\"marks\":[1,2.5]}", "\"seen in person\""));

    @Test
    void verifiesWhatWasIssued() {
        VerificationResult result = verify(issued.json(), NOW);

        assertThat(result.verified()).isTrue();
        assertThat(result.problems()).isEmpty();
        assertOutcomes(
                result,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.SKIPPED,
                Outcome.SKIPPED,
                Outcome.SKIPPED);
    }

    @Test
    void verifiesItInWhateverOrderAndSpacing() {
        assertThat(verify(
                                CredentialJson.parse(issued.json())
                                        .toPrettyString()
                                        .replace("\"ada\"", "\"\\u0061da\"")
                                        .replace("2.5", "25e-1")
                                        .getBytes(StandardCharsets.UTF_8),
                                NOW)
                        .verified())
                .isTrue();
    }

    /** Change, drop or add anything anywhere, in the document or in the proof, and a check fails. */
    @Test
    void refusesEveryChange() {
        ObjectNode credential = credential(json -> {});
        int changes = refuseEveryChange(credential, credential);

        assertThat(changes).isGreaterThan(40);
    }

    private int refuseEveryChange(ObjectNode credential, ObjectNode object) {
        int changes = 0;
        for (String property : object.propertyNames().toArray(String[]::new)) {
            JsonNode value = object.get(property);
            if (value instanceof ObjectNode inner) {
                changes += refuseEveryChange(credential, inner);
            }
            object.put(property, value.isString() ? value.stringValue() + "x" : "x");
            assertRefused(credential, property + " changed");
            object.remove(property);
            assertRefused(credential, property + " dropped");
            object.set(property, value);
            changes += 2;
        }
        object.put("more", true);
        assertRefused(credential, "something more");
        object.remove("more");
        return changes + 1;
    }

    private static void assertRefused(ObjectNode credential, String change) {
        assertThat(verify(credential, NOW).verified()).as(change).isFalse();
    }

    @Test
    void saysThatASignatureDoesNotFit() {
        VerificationResult result =
                verify(credential(json -> ((ObjectNode) json.get("credentialSubject")).put("username", "eve")), NOW);

        assertOnlyFailure(result, Name.PROOF, "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR");
    }

    /** The proof's @context may be the beginning of the document's (vc-di-eddsa section 3.3.2, step 4). */
    @Test
    void takesAContextThatGrewAtItsEndAlone() {
        String more = "https://www.w3.org/ns/credentials/examples/v2";
        assertThat(verify(credential(json -> json.withArray("@context").add(more)), NOW)
                        .verified())
                .isTrue();
        assertThat(verify(credential(json -> json.withArray("@context").insert(1, more)), NOW)
                        .verified())
                .isFalse();
        assertThat(verify(credential(json -> json.withArray("@context").remove(1)), NOW)
                        .verified())
                .isFalse();
    }

    @Test
    void leavesOutTheChecksThatNobodyAskedFor() {
        VerificationResult result = result(new CredentialVerifier(() -> NOW.plusSeconds(7200), null)
                .verify(
                        CredentialJson.parse(issued.json()),
                        new CredentialVerifier.Wanted(Set.of(Name.PROOF), Set.of())));

        assertOutcomes(
                result,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.PASSED,
                Outcome.SKIPPED,
                Outcome.SKIPPED,
                Outcome.SKIPPED,
                Outcome.SKIPPED);
        assertThat(result.verified()).isTrue();
    }

    /** Whatever its proof is: what its words mean nobody can tell. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"https://example.org/unknown\"",
                "{\"@vocab\":\"https://example.org/\"}",
                "{\"description\":\"https://example.org/description\"}",
                "{\"until\":\"https://www.w3.org/2018/credentials#validUntil\"}"
            })
    void refusesContextsThatChangeWhatItSays(String context) {
        VerificationResult result =
                verify(credential(json -> json.withArray("@context").add(CredentialIssuerTest.json(context))), NOW);

        assertThat(outcome(result, Name.CONTEXT)).isEqualTo(Outcome.FAILED);
        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.PASSED);
        assertThat(result.verified()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-05-01T09:57:59Z, FAILED",
        "2026-05-01T09:58:00Z, PASSED",
        "2026-05-01T10:59:59Z, PASSED",
        "2026-05-01T11:00:00Z, FAILED"
    })
    void isValidFromItsBeginningLessTheToleranceUntilItsEnd(Instant now, Outcome outcome) {
        assertThat(outcome(verify(issued.json(), now), Name.VALIDITY)).isEqualTo(outcome);
    }

    @Test
    void refusesAProofFromTheFutureOrExpired() {
        assertThat(verify(issued.json(), NOW.minusSeconds(200)).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).startsWith("proof was created in the future"));
        ObjectNode expired =
                credential(json -> ((ObjectNode) json.get("proof")).put("expires", "2026-04-01T00:00:00Z"));
        assertThat(verify(expired, NOW).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).startsWith("proof has expired"));
    }

    @ParameterizedTest
    @CsvSource({
        "type, Ed25519Signature2020, unsupported type of proof",
        "cryptosuite, eddsa-rdfc-2022, the signature does not fit",
        "cryptosuite, ecdsa-jcs-2019, a key on Ed25519 makes no proofs of ecdsa-jcs-2019",
        "cryptosuite, ecdsa-sd-2023, unsupported cryptosuite",
        "id, not a url, proof.id: is not a URL",
        "proofPurpose, authentication, proofPurpose is not assertionMethod",
        "verificationMethod, did:web:example.org#key-1, this node loads no documents",
        "proofValue, uAAAA, not multibase text in base58btc",
        "proofValue, zabc, has 3 bytes instead of 64",
        "proofValue, z0, not a base58 character",
        "created, yesterday, is not a date and time",
        "previousProof, urn:x, there is no proof urn:x"
    })
    void saysWhatIsWrongWithAProof(String property, String value, String detail) {
        VerificationResult result =
                verify(credential(json -> ((ObjectNode) json.get("proof")).put(property, value)), NOW);

        assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.FAILED);
        assertThat(result.problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains(detail));
    }

    @Test
    void refusesAnotherIssuerThanTheOneWhoSigned() {
        String other =
                DidKey.encode(PrivateKey.ofSeed("another issuer of 32 bytes seed.".getBytes(StandardCharsets.UTF_8))
                        .publicKey());

        assertThat(outcome(verify(credential(json -> json.put("issuer", other)), NOW), Name.ISSUER))
                .isEqualTo(Outcome.FAILED);
        assertThat(outcome(verify(credential(json -> json.put("issuer", "https://example.org")), NOW), Name.ISSUER))
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void verifiesEveryProofOfASet() {
        ObjectNode twice = credential(json -> {
            JsonNode proof = json.get("proof");
            json.putArray("proof").add(proof).add(proof.deepCopy());
        });
        assertThat(verify(twice, NOW).verified()).isTrue();

        ((ObjectNode) twice.get("proof").get(1)).put("created", "2026-05-01T10:00:01Z");
        assertThat(outcome(verify(twice, NOW), Name.PROOF)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void takesProofsUpToItsLimit() {
        assertThat(verify(withProofs(ProofSet.MAX_PROOFS), NOW).verified()).isTrue();
        assertThat(verify(withProofs(ProofSet.MAX_PROOFS + 1), NOW).problems())
                .anySatisfy(problem -> assertThat(problem.detail()).contains("more than 8 proofs"));
    }

    private ObjectNode withProofs(int count) {
        return credential(json -> {
            JsonNode proof = json.get("proof");
            var proofs = json.putArray("proof");
            for (int i = 0; i < count; i++) {
                proofs.add(proof);
            }
        });
    }

    @Test
    void refusesAStatusThatItCannotRead() {
        ObjectNode signed = Signed.by(
                CredentialIssuerTest.KEY,
                "eddsa-jcs-2022",
                credential(json -> json.putObject("credentialStatus").put("type", "https://example.org/Status")),
                "{'proofPurpose':'assertionMethod'}");

        assertThat(outcome(verify(signed, NOW), Name.STATUS)).isEqualTo(Outcome.FAILED);
    }

    /** What data model 2.0 has words for besides means nothing in 1.1, and what 1.1 asks for besides 2.0 does not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'issuanceDate':null | FAILED | PASSED",
                "'issuanceDate':'2026-05-01T10:02:01Z' | PASSED | FAILED",
                "'validFrom':'2026-05-01T10:02:01Z' | PASSED | FAILED",
                "'expirationDate':'2026-05-01T10:00:00Z' | PASSED | FAILED",
                "'expirationDate':'2027-01-01T00:00:00Z','validUntil':'2026-05-01T10:00:00Z' | PASSED | FAILED",
                "'expirationDate':'2026-04-29T10:00:00Z' | FAILED | FAILED",
                "'expirationDate':'2027' | FAILED | PASSED",
                "'credentialStatus':{'type':'ex:Status'} | FAILED | PASSED",
                "'refreshService':{'type':'ex:Service'} | FAILED | PASSED",
                "'relatedResource':'x','renderMethod':1,'name':1 | PASSED | PASSED",
                "'@context':['https://www.w3.org/2018/credentials/v1','https://www.w3.org/ns/credentials/v2'] | FAILED | PASSED"
            })
    void checksCredentialsOfDataModel11ByItsOwnRules(String change, Outcome structure, Outcome validity) {
        ObjectNode credential = Signed.parse("{'@context':['https://www.w3.org/2018/credentials/v1'],"
                + "'type':['VerifiableCredential'],'issuer':'did:example:uni','issuanceDate':'2026-04-30T10:00:00Z',"
                + "'credentialSubject':{'id':'did:example:ada'},'proof':{'type':'DataIntegrityProof'}}");
        credential.setAll(Signed.parse("{" + change + "}"));

        VerificationResult result = verify(credential, NOW);

        assertThat(outcome(result, Name.STRUCTURE)).isEqualTo(structure);
        assertThat(outcome(result, Name.VALIDITY)).isEqualTo(validity);
    }

    /** The edited document fails its proof as well; here only the structure is looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"@context\":\"https://www.w3.org/ns/credentials/v2\"}",
                "{\"@context\":[]}",
                "{\"@context\":[\"https://www.w3.org/2018/credentials/v1\"]}",
                "{\"@context\":[\"https://www.w3.org/ns/credentials/v2\",1]}",
                "{\"type\":\"Other\"}",
                "{\"type\":[]}",
                "{\"type\":[\"VerifiableCredential\",1]}",
                "{\"id\":[\"urn:x\"]}",
                "{\"id\":\"not a url\"}",
                "{\"issuer\":null}",
                "{\"issuer\":{\"name\":\"x\"}}",
                "{\"issuer\":\"x\"}",
                "{\"issuer\":[\"did:x:y\"]}",
                "{\"credentialSubject\":{}}",
                "{\"credentialSubject\":[]}",
                "{\"credentialSubject\":\"x\"}",
                "{\"credentialSubject\":[{\"a\":1},{}]}",
                "{\"credentialSubject\":{\"id\":\"x\"}}",
                "{\"validFrom\":\"2026-05-01\"}",
                "{\"validFrom\":\"2026-05-01T10:00:00\"}",
                "{\"validFrom\":\"2026-13-01T10:00:00Z\"}",
                "{\"validUntil\":1}",
                "{\"validUntil\":\"2026-04-01T10:00:00Z\"}",
                "{\"name\":1}",
                "{\"description\":{\"@language\":\"en\"}}",
                "{\"evidence\":[{\"kind\":\"x\"}]}",
                "{\"evidence\":\"x\"}",
                "{\"termsOfUse\":{}}",
                "{\"credentialStatus\":{\"id\":\"urn:x\"}}",
                "{\"credentialSchema\":{\"type\":\"JsonSchema\"}}",
                "{\"refreshService\":{\"type\":1}}",
                "{\"validFrom\":\"2026-05-01T10:00:00+15:00\"}",
                "{\"type\":[\"VerifiableCredential\",\"not a term\"]}",
                "{\"name\":[]}",
                "{\"name\":{\"@value\":\"x\",\"@language\":\"no language\"}}",
                "{\"name\":{\"@value\":\"x\",\"@direction\":\"up\"}}",
                "{\"name\":{\"@value\":\"x\",\"@id\":\"urn:x\"}}",
                "{\"issuer\":{\"id\":\"did:x:y\",\"name\":{\"en\":\"x\"}}}",
                "{\"evidence\":[]}",
                "{\"credentialStatus\":null}",
                "{\"credentialSchema\":{\"type\":\"JsonSchema\",\"id\":\"x\"}}",
                "{\"renderMethod\":{\"id\":\"urn:x\"}}",
                "{\"relatedResource\":[\"urn:x\"]}",
                "{\"relatedResource\":{\"id\":\"urn:x\"}}",
                "{\"relatedResource\":{\"digestMultibase\":\"zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n\"}}",
                "{\"relatedResource\":{\"id\":\"urn:x\",\"digestSRI\":\"md5-AAAA\"}}",
                "{\"relatedResource\":{\"id\":\"urn:x\",\"digestSRI\":\"sha256-AAAA\"}}",
                "{\"relatedResource\":{\"id\":\"urn:x\",\"digestMultibase\":\"uAAAA\"}}",
                "{\"relatedResource\":{\"id\":\"https://www.w3.org/ns/credentials/v2\",\"digestMultibase\":\"zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n\"}}",
                "{\"proof\":[]}",
                "{\"proof\":\"x\"}"
            })
    void refusesWhatTheDataModelDoesNotAllow(String change) {
        VerificationResult result =
                verify(credential(json -> json.setAll((ObjectNode) CredentialIssuerTest.json(change))), NOW);

        assertThat(result.verified()).isFalse();
        assertThat(outcome(result, Name.STRUCTURE)).isEqualTo(Outcome.FAILED);
        assertThat(result.problems())
                .anySatisfy(problem -> assertThat(problem.type())
                        .isEqualTo("https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"));
    }

    /** The edited document fails its proof as well; here only the structure is looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":[\"VerifiableCredential\",\"https://example.org/Type\"]}",
                "{\"name\":[{\"@value\":\"x\",\"@language\":\"en\"},{\"@value\":\"y\",\"@language\":\"de-CH\",\"@direction\":\"ltr\"}]}",
                "{\"credentialSubject\":[{\"id\":\"did:x:y\"},{\"a\":1}]}",
                "{\"validFrom\":\"2026-05-01T10:00:00.5+14:00\"}",
                "{\"relatedResource\":{\"id\":\"urn:x\",\"digestMultibase\":\"zQmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n\"}}",
                "{\"relatedResource\":[{\"id\":\"https://www.w3.org/ns/credentials/v2\",\"mediaType\":\"application/ld+json\",\"digestSRI\":\"sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU\"}]}"
            })
    void takesWhatTheDataModelAllows(String change) {
        VerificationResult result =
                verify(credential(json -> json.setAll((ObjectNode) CredentialIssuerTest.json(change))), NOW);

        assertThat(outcome(result, Name.STRUCTURE)).isEqualTo(Outcome.PASSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"@context", "type", "issuer", "credentialSubject", "proof"})
    void refusesACredentialWithoutAPartThatItMustHave(String property) {
        assertThat(outcome(verify(credential(json -> json.remove(property)), NOW), Name.STRUCTURE))
                .isEqualTo(Outcome.FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "1", "null", "\"eyJhbGciOi\"", "{\"a\":1,\"a\":2}", "{\"n\":9007199254740993}"})
    void refusesWhatIsNoCredentialAtAll(String json) {
        VerificationResult result = verify(json.getBytes(StandardCharsets.UTF_8), NOW);

        assertThat(result.verified()).isFalse();
        assertThat(result.checks()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Standing.class)
    void asksTheRegistryWhetherTheIssuerStandsByIt(Standing standing) {
        AtomicReference<byte[]> asked = new AtomicReference<>();
        CredentialVerifier verifier = new CredentialVerifier(() -> NOW, (issuer, digest, signers) -> {
            assertThat(issuer.did()).isEqualTo(CredentialIssuerTest.DID);
            assertThat(signers).containsExactly(CredentialIssuerTest.KEY.publicKey());
            asked.set(digest);
            return Mono.just(new Finding(standing, Signer.IN_FORCE, "a known issuer"));
        });
        JsonNode pretty = CredentialJson.parse(
                CredentialJson.parse(issued.json()).toPrettyString().getBytes(StandardCharsets.UTF_8));

        StepVerifier.create(verifier.verify(pretty))
                .assertNext(result -> {
                    assertThat(result.verified()).isEqualTo(standing == Standing.CURRENT);
                    assertThat(outcome(result, Name.REGISTRY))
                            .isEqualTo(standing == Standing.CURRENT ? Outcome.PASSED : Outcome.FAILED);
                    assertThat(asked.get()).isEqualTo(issued.digest());
                })
                .verifyComplete();
    }

    @ParameterizedTest
    @EnumSource(Signer.class)
    void asksTheRegistryWhetherTheKeyWasTheIssuersThen(Signer signer) {
        PrivateKey rotated = PrivateKey.ofSeed(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8
        });
        CredentialIssuer issuer = new CredentialIssuer(
                new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "Uni", null, null),
                new MemoryKeys(rotated),
                new SecureRandom());
        IssuedCredential credential = issuer.issue(CredentialIssuerTest.ada("{}"));
        CredentialVerifier verifier = new CredentialVerifier(() -> NOW, (id, digest, signers) -> {
            assertThat(signers).containsExactly(rotated.publicKey());
            return Mono.just(new Finding(Standing.CURRENT, signer, "a known issuer"));
        });
        boolean right = signer == Signer.IN_FORCE || signer == Signer.OF_ISSUER;

        StepVerifier.create(verifier.verify(credential.json()))
                .assertNext(result -> {
                    assertThat(outcome(result, Name.PROOF)).isEqualTo(Outcome.PASSED);
                    assertThat(outcome(result, Name.ISSUER)).isEqualTo(right ? Outcome.PASSED : Outcome.FAILED);
                    assertThat(result.verified()).isEqualTo(right);
                })
                .verifyComplete();
        assertThat(new String(credential.json(), StandardCharsets.UTF_8))
                .contains("\"id\":\"" + CredentialIssuerTest.DID + "\"")
                .contains(DidKey.verificationMethod(rotated.publicKey()));
    }

    @Test
    void withoutARegistryOnlyTheFirstKeyIsTheIssuers() {
        CredentialIssuer issuer = new CredentialIssuer(
                new IssuerIdentity(new IssuerId(CredentialIssuerTest.KEY.publicKey()), "Uni", null, null),
                new MemoryKeys(PrivateKey.generate(new SecureRandom())),
                new SecureRandom());

        VerificationResult result =
                verify(issuer.issue(CredentialIssuerTest.ada("{}")).json(), NOW);

        assertThat(outcome(result, Name.ISSUER)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void knowsNoIssuerWithoutADidKey() {
        CredentialVerifier verifier = new CredentialVerifier(() -> NOW, (issuer, digest, signers) -> Mono.never());

        StepVerifier.create(verifier.verify(credential(json -> json.put("issuer", "https://example.org"))))
                .assertNext(result -> assertThat(outcome(result, Name.REGISTRY)).isEqualTo(Outcome.FAILED))
                .verifyComplete();
    }

    /** Only profile credentials are expected in a log; but whoever was blocked, or revoked it there, is heard. */
    @ParameterizedTest
    @EnumSource(Standing.class)
    void asksTheRegistryAboutOtherCredentialsToo(Standing standing) {
        CredentialVerifier verifier = new CredentialVerifier(
                () -> NOW, (id, digest, signers) -> Mono.just(new Finding(standing, Signer.OF_ISSUER, "an issuer")));
        Outcome expected = switch (standing) {
            case CURRENT -> Outcome.PASSED;
            case UNKNOWN_ISSUER, UNKNOWN_CREDENTIAL -> Outcome.SKIPPED;
            case REPLACED, REVOKED, FORKED, BLOCKED_ISSUER -> Outcome.FAILED;
        };

        StepVerifier.create(verifier.verify(credential(json -> json.put("type", "VerifiableCredential"))))
                .assertNext(result -> assertThat(outcome(result, Name.REGISTRY)).isEqualTo(expected))
                .verifyComplete();
    }

    /** The issuer of the vectors' chain is a did:key, and that of the P-256 vector can be: then their own keys tell. */
    @Test
    void takesIssuersOfOtherCurvesAtTheirWord() {
        ObjectNode signed =
                (ObjectNode) CredentialJson.parse(Vectors.bytes("ecdsa-jcs-2019-p256/signedJCSECDSAP256.json"));
        String method = signed.get("proof").get("verificationMethod").stringValue();

        assertThat(outcome(verify(signed, NOW), Name.ISSUER)).isEqualTo(Outcome.FAILED);
        signed.put("issuer", method.substring(0, method.indexOf('#')));
        assertThat(outcome(verify(signed, NOW), Name.ISSUER)).isEqualTo(Outcome.PASSED);
    }

    private ObjectNode credential(Consumer<ObjectNode> change) {
        ObjectNode credential = (ObjectNode) CredentialJson.parse(issued.json());
        change.accept(credential);
        return credential;
    }

    static VerificationResult verify(byte[] json, Instant now) {
        return result(new CredentialVerifier(() -> now, null).verify(json));
    }

    static VerificationResult verify(JsonNode json, Instant now) {
        return result(new CredentialVerifier(() -> now, null).verify(json));
    }

    private static VerificationResult result(Mono<VerificationResult> verification) {
        AtomicReference<VerificationResult> result = new AtomicReference<>();
        StepVerifier.create(verification).consumeNextWith(result::set).verifyComplete();
        return result.get();
    }

    static Outcome outcome(VerificationResult result, Name name) {
        return result.checks().stream()
                .filter(check -> check.name() == name)
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    private static void assertOnlyFailure(VerificationResult result, Name name, String type) {
        assertThat(result.checks())
                .filteredOn(check -> check.outcome() == Outcome.FAILED)
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.name()).isEqualTo(name);
                    assertThat(check.problems()).extracting(Problem::type).containsExactly(type);
                });
    }

    private static void assertOutcomes(VerificationResult result, Outcome... outcomes) {
        assertThat(result.checks())
                .extracting(Check::name)
                .containsExactly(
                        Name.STRUCTURE,
                        Name.CONTEXT,
                        Name.PROOF,
                        Name.ISSUER,
                        Name.VALIDITY,
                        Name.STATUS,
                        Name.SCHEMA,
                        Name.REGISTRY);
        assertThat(result.checks()).extracting(Check::outcome).containsExactly(outcomes);
    }
}
