package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.CredentialVerifier.Wanted;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/** W3C vc-json-schema, branch by branch, with its own examples. */
class SchemaCheckTest {

    private static final PrivateKey KEY = CredentialIssuerTest.KEY;
    private static final String EMAIL = "https://example.com/schemas/email.json";
    private static final String HOLDER = "https://example.com/credentials/3734";
    private static final String UNAVAILABLE = "/problems/schema-unavailable";
    private static final String UNSOUND = "/problems/unsound-schema";
    private static final String MISMATCH = "/problems/schema-mismatch";

    /** The example of section 2.1. */
    private static final String SCHEMA = """
            {
              "$id": "https://example.com/schemas/email.json",
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "title": "EmailCredential",
              "description": "EmailCredential using JsonSchema",
              "type": "object",
              "properties": {
                "credentialSubject": {
                  "type": "object",
                  "properties": {
                    "emailAddress": {
                      "type": "string",
                      "format": "email"
                    }
                  },
                  "required": [
                    "emailAddress"
                  ]
                }
              }
            }
            """;

    private Instant now = CredentialIssuerTest.NOW;
    private final Map<String, byte[]> web = new HashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final RemoteDocuments documents = url -> {
        fetches.incrementAndGet();
        byte[] document = web.get(url.toString());
        return document == null ? Mono.error(new UnavailableException("not there: " + url)) : Mono.just(document);
    };
    private final CredentialVerifier verifier =
            new CredentialVerifier(() -> now, null, OwnStatusLists.NONE, documents, Schedulers.immediate());

    @BeforeEach
    void publishTheSchema() {
        publish(EMAIL, SCHEMA);
    }

    private void publish(String url, String document) {
        web.put(url, document.getBytes(StandardCharsets.UTF_8));
    }

    /** The credential of the examples, with an address that the schema takes or does not. */
    private static ObjectNode credential(String email, String credentialSchema) {
        ObjectNode credential = Signed.parse("""
                {'@context':['https://www.w3.org/ns/credentials/v2','https://www.w3.org/ns/credentials/undefined-terms/v2'],
                 'id':'https://example.com/credentials/3732','type':['VerifiableCredential','EmailCredential'],
                 'credentialSubject':{'id':'did:example:ebfeb1f712ebc6f1c276e12ec21','emailAddress':'%s'}}""".formatted(email));
        credential.put("issuer", CredentialIssuerTest.DID);
        credential.set("credentialSchema", CredentialIssuerTest.json(credentialSchema.replace('\'', '"')));
        return signed(KEY, credential);
    }

    private static ObjectNode signed(PrivateKey key, ObjectNode document) {
        return Signed.by(key, "eddsa-jcs-2022", document, "{'proofPurpose':'assertionMethod'}");
    }

    private static String entry(String url, String type) {
        return "{'id':'" + url + "','type':'" + type + "'}";
    }

    /** The example of section 2.2: a credential that holds the schema. */
    private static ObjectNode schemaCredential(String schema) {
        ObjectNode credential = Signed.parse("""
                {'@context':['https://www.w3.org/ns/credentials/v2','https://www.w3.org/ns/credentials/undefined-terms/v2'],
                 'id':'https://example.com/credentials/3734','type':['VerifiableCredential','JsonSchemaCredential'],
                 'credentialSchema':{'id':'https://www.w3.org/ns/credentials/json-schema/v2.json','type':'JsonSchema',
                  'digestSRI':'sha384-S57yQDg1MTzF56Oi9DbSQ14u7jBy0RDdx0YbeV7shwhCS88G8SCXeFq82PafhCrW'},
                 'credentialSubject':{'id':'https://example.com/schemas/email-credential-schema.json','type':'JsonSchema'}}""");
        credential.put("issuer", CredentialIssuerTest.DID);
        credential.withObject("credentialSubject").set("jsonSchema", CredentialIssuerTest.json(schema));
        return credential;
    }

    private Check check(ObjectNode credential, Wanted wanted) {
        VerificationResult result =
                Objects.requireNonNull(verifier.verify(credential, wanted).block());
        return result.checks().stream()
                .filter(check -> check.name() == Name.SCHEMA)
                .findFirst()
                .orElseThrow();
    }

    private Check check(ObjectNode credential) {
        return check(credential, Wanted.ALL);
    }

    private Check check(String credentialSchema) {
        return check(credential("subject@example.com", credentialSchema));
    }

    private Check checkTolerantly(String credentialSchema) {
        return check(
                credential("subject@example.com", credentialSchema),
                new Wanted(Wanted.ALL.checks(), EnumSet.of(Name.SCHEMA)));
    }

    private static void assertFailed(Check check, String type) {
        assertThat(check.outcome()).as(check.detail()).isEqualTo(Outcome.FAILED);
        assertThat(check.problems()).extracting(Problem::type).containsExactly(type);
    }

    private static void assertPassed(Check check) {
        assertThat(check.outcome()).as(check.detail()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void passesWhereTheCredentialFits() {
        Check check = check(entry(EMAIL, "JsonSchema"));

        assertPassed(check);
        assertThat(check.detail()).isEqualTo("fits the schema " + EMAIL);
    }

    @Test
    void failsWhereItDoesNot() {
        Check check = check(credential("not an email", entry(EMAIL, "JsonSchema")));

        assertFailed(check, MISMATCH);
        assertThat(check.detail()).contains(EMAIL, "/credentialSubject/emailAddress");
    }

    /** Section 4.2: of a version that this node does not know. */
    @Test
    void isIndeterminateForAnotherVersion() {
        publish(EMAIL, SCHEMA.replace("draft/2020-12", "draft/2019-09"));

        assertFailed(check(entry(EMAIL, "JsonSchema")), UNAVAILABLE);
        assertThat(checkTolerantly(entry(EMAIL, "JsonSchema")).outcome()).isEqualTo(Outcome.UNAVAILABLE);
    }

    @Test
    void aSchemaThatIsNotToBeHadIsAFailureUnlessAskedOtherwise() {
        web.clear();

        assertFailed(check(entry(EMAIL, "JsonSchema")), UNAVAILABLE);
        Check tolerant = checkTolerantly(entry(EMAIL, "JsonSchema"));
        assertThat(tolerant.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(tolerant.detail()).contains(EMAIL);
    }

    @Test
    void toleratesNoMismatchForASchemaThatIsNotToBeHad() {
        String both = "[" + entry("https://example.com/gone", "JsonSchema") + "," + entry(EMAIL, "JsonSchema") + "]";

        Check check = check(credential("not an email", both), new Wanted(Wanted.ALL.checks(), EnumSet.of(Name.SCHEMA)));

        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.problems()).extracting(Problem::type).containsExactly(MISMATCH, UNAVAILABLE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$schema | $other",
                "$id | $other",
                "\"object\" | \"no type\"",
                "email.json | a space",
                "{ | [",
            })
    void refusesWhatIsNoSchema(String part, String other) {
        publish(EMAIL, SCHEMA.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(other)));

        assertFailed(check(entry(EMAIL, "JsonSchema")), UNSOUND);
        assertThat(checkTolerantly(entry(EMAIL, "JsonSchema")).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void refusesATextThatCredentialsMustNotHave() {
        publish(EMAIL, SCHEMA.replace("EmailCredential", "\\uD800"));

        assertFailed(check(entry(EMAIL, "JsonSchema")), UNSOUND);
    }

    private static String sri(String document) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-384").digest(document.getBytes(StandardCharsets.UTF_8));
            return "sha384-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Section 4.1. */
    @Test
    void comparesTheDigest() {
        String right = "{'id':'" + EMAIL + "','type':'JsonSchema','digestSRI':'" + sri(SCHEMA) + "'}";
        String other = right.replace(sri(SCHEMA), sri(SCHEMA + " "));
        String none = right.replace(sri(SCHEMA), "sha384-short");

        assertPassed(check(right));
        assertFailed(check(other), UNSOUND);
        assertFailed(check(none), "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR");
    }

    @Test
    void comparesTheDigestOfTheRelatedResource() {
        ObjectNode credential = credential("subject@example.com", entry(EMAIL, "JsonSchema"));
        ObjectNode resource = credential.putArray("relatedResource").addObject();
        resource.put("id", EMAIL).put("digestSRI", sri(SCHEMA));
        assertPassed(check(signed(KEY, credential)));

        resource.put("digestSRI", sri("another"));

        assertFailed(check(signed(KEY, credential)), UNSOUND);
    }

    @Test
    void passesOverWhatItDoesNotKnow() {
        String other = entry("https://example.com/shapes", "ShaclValidator2017");

        Check check = check(other);
        Check both = check("[" + other + "," + entry(EMAIL, "JsonSchema") + "]");

        assertThat(check.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(check.detail()).contains("ShaclValidator2017");
        assertPassed(both);
        assertThat(both.detail()).contains("ShaclValidator2017", EMAIL);
    }

    @Test
    void refusesAnEntryOfBothTypes() {
        assertFailed(
                check("{'id':'" + EMAIL + "','type':['JsonSchema','JsonSchemaCredential']}"),
                "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR");
    }

    @Test
    void refusesMoreEntriesThanItApplies() {
        String entry = entry(EMAIL, "JsonSchema") + ",";
        String most = entry.repeat(EntryCheck.MAX_ENTRIES);

        assertPassed(check("[" + most.substring(0, most.length() - 1) + "]"));
        assertThat(fetches).hasValue(1);
        assertFailed(
                check("[" + most + entry(EMAIL, "JsonSchema") + "]"),
                "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR");
    }

    @Test
    void asksAgainAfterAWhile() {
        assertPassed(check(entry(EMAIL, "JsonSchema")));
        publish(EMAIL, SCHEMA.replace("emailAddress", "phone"));
        now = now.plus(Schemas.MAX_AGE).minusMillis(1);
        assertPassed(check(entry(EMAIL, "JsonSchema")));
        assertThat(fetches).hasValue(1);

        now = now.plusMillis(1);

        assertFailed(check(entry(EMAIL, "JsonSchema")), MISMATCH);
        web.clear();
        now = now.plus(Schemas.MAX_AGE);
        assertFailed(check(entry(EMAIL, "JsonSchema")), UNAVAILABLE);
    }

    @Test
    void fetchesNothingForACredentialThatIsNotGenuine() {
        ObjectNode forged = credential("subject@example.com", entry(EMAIL, "JsonSchema"));
        forged.put("validFrom", "2020-01-01T00:00:00Z");

        assertThat(check(forged).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void fetchesNothingWhereNobodyAskedForIt() {
        ObjectNode credential = credential("subject@example.com", entry(EMAIL, "JsonSchema"));

        assertThat(check(credential, new Wanted(EnumSet.of(Name.STATUS), Set.of()))
                        .outcome())
                .isEqualTo(Outcome.SKIPPED);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void skipsCredentialsWithoutSchemas() {
        ObjectNode credential = credential("subject@example.com", entry(EMAIL, "JsonSchema"));
        credential.remove("credentialSchema");

        Check check = check(signed(KEY, credential));

        assertThat(check.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(check.detail()).isEqualTo("the credential has no credentialSchema");
    }

    @Test
    void appliesASchemaThatACredentialHolds() {
        publish(HOLDER, signed(KEY, schemaCredential(SCHEMA)).toString());

        assertPassed(check(entry(HOLDER, "JsonSchemaCredential")));
        assertFailed(check(credential("not an email", entry(HOLDER, "JsonSchemaCredential"))), MISMATCH);
        assertThat(fetches).hasValue(1);
    }

    /** As the specification's own schema of them has it, for it cannot be applied. */
    @Test
    void verifiesCredentialsThatHoldSchemas() {
        ObjectNode sound = schemaCredential(SCHEMA);
        ObjectNode other = schemaCredential(SCHEMA);
        other.withObject("credentialSubject").put("type", "Other");

        assertPassed(check(signed(KEY, sound)));
        assertFailed(check(signed(KEY, other)), MISMATCH);
        assertFailed(check(signed(KEY, schemaCredential("{\"type\":\"object\"}"))), UNSOUND);
        assertThat(fetches).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'validUntil':'2026-05-01T10:00:00Z' | is not sound: expired",
                "'type':['VerifiableCredential'] | its type does not name JsonSchemaCredential",
                "'credentialSchema':{'id':'https://www.w3.org/ns/credentials/json-schema/v2.json','type':'JsonSchema'} | its credentialSchema is not",
                "'credentialSchema':{'id':'https://example.com/credentials/3734','type':'JsonSchemaCredential'} | its credentialSchema is not",
                "'credentialSubject':{'type':'JsonSchema','jsonSchema':'{}'} | has no jsonSchema that is an object",
                "'credentialSubject':{'type':'Other','jsonSchema':{}} | is not of the type JsonSchema",
                "'credentialSubject':{'type':'JsonSchema','jsonSchema':{'$ref':'https://example.com/schemas/email.json'}} | has no $schema",
                "'id':'https://example.com/credentials/other' | is another credential"
            })
    void refusesCredentialsThatHoldNoSchema(String change, String reason) {
        ObjectNode holder = schemaCredential(SCHEMA);
        holder.setAll(Signed.parse("{" + change + "}"));
        publish(HOLDER, signed(KEY, holder).toString());

        Check check = check(entry(HOLDER, "JsonSchemaCredential"));

        assertFailed(check, UNSOUND);
        assertThat(check.detail()).contains(reason);
    }

    @Test
    void refusesAForgedCredentialWithASchema() {
        ObjectNode forged = signed(KEY, schemaCredential(SCHEMA));
        forged.withObject("credentialSubject").withObject("jsonSchema").remove("properties");
        publish(HOLDER, forged.toString());

        assertFailed(check(entry(HOLDER, "JsonSchemaCredential")), UNSOUND);
        publish(HOLDER, SCHEMA);
        assertFailed(check(entry(HOLDER, "JsonSchemaCredential")), UNSOUND);
        publish(HOLDER, "no JSON");
        assertFailed(check(entry(HOLDER, "JsonSchemaCredential")), UNSOUND);
    }

    /** A schema may be somebody else's, such as that of an industry (vc-json-schema section 9.1). */
    @Test
    void takesACredentialOfAnotherIssuerWithASchema() {
        PrivateKey other = PrivateKey.ofSeed("a group that has 32 bytes of it.".getBytes(StandardCharsets.UTF_8));
        ObjectNode holder = schemaCredential(SCHEMA);
        holder.put("issuer", DidKey.encode(other.publicKey()));
        publish(HOLDER, signed(other, holder).toString());

        assertPassed(check(entry(HOLDER, "JsonSchemaCredential")));
    }

    @Test
    void asksForTheStatusOfACredentialWithASchema() {
        String list = "https://example.com/lists/1";
        ObjectNode holder = schemaCredential(SCHEMA);
        holder.set(
                "credentialStatus",
                Signed.parse("{'type':'BitstringStatusListEntry','statusPurpose':'revocation','statusListIndex':'7',"
                        + "'statusListCredential':'" + list + "'}"));
        publish(HOLDER, signed(KEY, holder).toString());

        assertFailed(check(entry(HOLDER, "JsonSchemaCredential")), UNAVAILABLE);
        assertThat(checkTolerantly(entry(HOLDER, "JsonSchemaCredential")).outcome())
                .isEqualTo(Outcome.UNAVAILABLE);
        publish(list, statusList(new int[0]));
        assertPassed(check(entry(HOLDER, "JsonSchemaCredential")));
        publish(list, statusList(new int[] {7}));
        now = now.plus(Duration.ofMinutes(5));
        assertFailed(check(entry(HOLDER, "JsonSchemaCredential")), UNSOUND);
    }

    private static String statusList(int[] set) {
        ObjectNode list = Signed.parse(
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':['VerifiableCredential','BitstringStatusListCredential'],"
                        + "'credentialSubject':{'type':'BitstringStatusList','statusPurpose':'revocation'}}");
        list.put("issuer", CredentialIssuerTest.DID);
        list.withObject("credentialSubject")
                .put("encodedList", Bitstring.of(set).encode());
        return signed(KEY, list).toString();
    }

    /** The presentation covers what its holder issues in it; a schema is fetched for it only where the presentation is genuine. */
    @Test
    void appliesSchemasToWhatAHolderSaysOfHimself() {
        assertPassed(selfAsserted("subject@example.com", "authentication"));
        assertFailed(selfAsserted("not an email", "authentication"), MISMATCH);
        web.clear();
        now = now.plus(Schemas.MAX_AGE);
        fetches.set(0);
        assertThat(selfAsserted("subject@example.com", "assertionMethod").outcome())
                .isEqualTo(Outcome.SKIPPED);
        assertThat(fetches).hasValue(0);
    }

    private Check selfAsserted(String email, String purpose) {
        ObjectNode credential = credential(email, entry(EMAIL, "JsonSchema"));
        credential.remove("proof");
        ObjectNode presentation =
                Signed.parse("{'@context':['https://www.w3.org/ns/credentials/v2'],'type':['VerifiablePresentation']}");
        presentation.put("holder", CredentialIssuerTest.DID);
        presentation.putArray("verifiableCredential").add(credential);
        PresentationVerifier.Result result = Objects.requireNonNull(new PresentationVerifier(() -> now, verifier)
                .verify(
                        Signed.by(KEY, "eddsa-jcs-2022", presentation, "{'proofPurpose':'" + purpose + "'}"),
                        Optional.empty(),
                        Optional.empty())
                .block());
        return result.credentials().getFirst().checks().stream()
                .filter(check -> check.name() == Name.SCHEMA)
                .findFirst()
                .orElseThrow();
    }
}
