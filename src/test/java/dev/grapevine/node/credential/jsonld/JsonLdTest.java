package dev.grapevine.node.credential.jsonld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.jsonld.JsonLdException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JsonLdTest {

    private static final String V2 = "'https://www.w3.org/ns/credentials/v2'";
    private static final String EXAMPLES = "'https://www.w3.org/ns/credentials/examples/v2'";

    /** The digest of the base context is in VCDM 2.0, appendix B.1, and in VCDM 1.1, appendix B.1. */
    @ParameterizedTest
    @CsvSource({
        "profile-v1, e67338cefe3af3554cd0571bc27a7b8ce0009c0853d4ed8cb93f39ce597d78ff",
        "credentials-v1, ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
        "credentials-v2, 59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        "data-integrity-v2, 67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        "multikey-v1, ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        "jwk-v1, 0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
        "citizenship-v4rc1, 5038c7383afd7ab2158f1b997913a8f60978a0abcf96e0b0d08e29f146d2db1e",
        "undefined-terms-v2, 82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
        "examples-v2, 57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c"
    })
    void bundlesTheContextsAsTheyWerePublished(String name, String sha256) throws Exception {
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(read(name))))
                .isEqualTo(sha256);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                V2,
                V2 + ", " + EXAMPLES,
                V2 + ", 'https://www.w3.org/ns/credentials/undefined-terms/v2'",
                V2 + ", 'https://w3id.org/security/data-integrity/v2'",
                V2 + ", {'@vocab':null}",
                V2 + ", {'Alumni':'https://example.org/Alumni', '@protected':true}",
                V2 + ", {'@context': {'Alumni':'https://example.org/Alumni'}}",
                V2 + ", {'ex':'https://example.org/', 'Alumni':'ex:Alumni', 'name':'https://schema.org/name'}",
                V2 + ", {'marks':{'@id':'https://example.org/marks','@container':'@list'}}",
                V2 + ", {'School':{'@id':'https://example.org/School','@context':{'city':'https://example.org/city'}}}"
            })
    void takesContextsThatItKnowsAndTerms(String contexts) {
        JsonLd.terms(document("{'@context':[" + contexts + "],'type':'VerifiableCredential'}"));
    }

    @Test
    void tellsTheTermsThatADocumentDefinesItself() {
        assertThat(JsonLd.terms(document("{'@context':[" + V2 + ",{'b':'ex:b','a':{'@id':'ex:a'}}]}"))
                        .own())
                .containsExactly("a", "b");
    }

    @Test
    void tellsWhetherATermHasAMeaning() {
        Terms base = JsonLd.terms(document("{'@context':[" + V2 + ",{'Own':'ex:Own'}]}"));
        assertThat(base.contains("VerifiableCredential")).isTrue();
        assertThat(base.contains("Own")).isTrue();
        assertThat(base.contains("Undefined")).isFalse();
        assertThat(base.contains("@protected")).isFalse();
        assertThat(JsonLd.terms(document("{'@context':[" + V2 + "," + EXAMPLES + "]}"))
                        .contains("Undefined"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'https://example.org/context' | does not know the context https://example.org/context",
                "'https://www.w3.org/2018/credentials/examples/v1' | does not know",
                "{'end':'https://www.w3.org/2018/credentials#expirationDate'} | for what has its term",
                "'file:///etc/passwd' | does not know",
                "{'@vocab':'https://example.org/'} | with @vocab",
                "{'@base':'https://example.org/'} | with @base",
                "{'@import':'https://www.w3.org/ns/credentials/v2'} | with @import",
                "{'@propagate':false} | with @propagate",
                "null | neither a URL nor an object",
                "[{}] | neither a URL nor an object",
                "1 | neither a URL nor an object",
                "{'VerifiableCredential':'https://example.org/Bad'} | protected term redefinition",
                "{'id':'https://example.org/id'} | protected term redefinition",
                "{'name':'https://example.org/name'} | protected term redefinition",
                "{'type':'ex:type'} | protected term redefinition",
                "{'a':'https://example.org/a'}, {'a':'https://example.org/b'} | two meanings",
                "{'a':{'@id':'ex:a','@context':{'b':'ex:b'}}, 'b':'ex:c'} | two meanings",
                "{'fullName':'https://schema.org/name'} | for what has its term: https://schema.org/name",
                "{'s':'https://schema.org/','fullName':'s:name'} | for what has its term",
                "{'until':{'@id':'https://www.w3.org/2018/credentials#validUntil'}} | for what has its term",
                "{'grade':'https://www.w3.org/ns/credentials/examples#degree'} | for what has its term",
                "{'grade':'https://www.w3.org/ns/credentials/undefined-term#degree'} | for what has its term",
                "{'key':'@id'} | for what has its term: @id",
                "{'hidden':'@nest'} | for what has its term: @nest",
                "{'a':'name'} | means no IRI",
                "{'a':null} | means no IRI",
                "{'a':'https ://not-a-url#a'} | means no IRI",
                "{'a':{'@id':null}} | means no IRI",
                "{'a':{'@reverse':'ex:a'}} | with @reverse",
                "{'a':{'@id':'ex:a','@nest':'b'}} | with @nest",
                "{'a':{'@id':'ex:a','@container':'@index'}} | with the container",
                "{'a':{'@id':'ex:a','@container':['@set','@id']}} | with the container",
                "{'a':{'@id':'ex:a','@context':'https://www.w3.org/ns/credentials/v2'}} | brings in another context",
                "{'a':{'@id':'ex:a','@context':{'@vocab':'ex:'}}} | with @vocab",
                "{'a':'b:x','b':'a:x'} | defined by each other"
            })
    void refusesContextsThatChangeWhatWordsMean(String context, String detail) {
        ObjectNode document = document("{'@context':[" + V2 + "," + context + "],'type':'VerifiableCredential'}");

        assertRefused(() -> JsonLd.terms(document), Reason.CONTEXT, detail);
        assertThatThrownBy(() -> JsonLd.canonicalRdf(document, "SHA-256")).isInstanceOf(JsonLdException.class);
    }

    @Test
    void refusesThemWhereverTheyStand() {
        for (String inside : new String[] {
            "{'@context':[" + V2 + "],'credentialSubject':{'@context':{'@vocab':'ex:'}}}",
            "{'@context':[" + V2 + "],'credentialSubject':[{'a':[{'@context':'https://example.org/context'}]}]}",
            "{'@context':[" + V2 + "],'credentialSubject':{'@context':null}}"
        }) {
            assertThatThrownBy(() -> JsonLd.terms(document(inside))).isInstanceOf(JsonLdException.class);
        }
    }

    @Test
    void takesTermsUpToItsLimit() {
        JsonLd.terms(document("{'@context':[" + V2 + "," + terms(Terms.MAX_DEFINITIONS) + "]}"));
        assertRefused(
                () -> JsonLd.terms(document("{'@context':[" + V2 + "," + terms(Terms.MAX_DEFINITIONS + 1) + "]}")),
                Reason.CONTEXT,
                "more than 128 terms");
    }

    private static String terms(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "'t" + i + "':'https://example.org/" + i + "'")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** What an RDF signature would not cover, and where what it covers would not be found by its term. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'undefined':'x' | undefined term",
                "'type':['VerifiableCredential','Undefined'] | not an absolute IRI: Undefined",
                "'type':['VerifiableCredential','https://www.w3.org/2018/credentials#VerifiablePresentation'] | an IRI in place of a term",
                "'id':'relative' | not an absolute IRI: relative",
                "'id':'_:b0' | not an absolute IRI: _:b0",
                "'id':'https://example.org/a b' | not an absolute IRI",
                "'issuer':'relative' | not an absolute IRI",
                "'https://www.w3.org/2018/credentials#validUntil':'2026-01-01T00:00:00Z' | an IRI in place of a term",
                "'@id':'https://example.org/1' | a keyword in place of a term: @id",
                "'@nest':{'name':'x'} | a keyword in place of a term: @nest",
                "'@included':[{'id':'https://example.org/1','name':'x'}] | a keyword in place of a term",
                "'@graph':[] | a keyword in place of a term",
                "'@unknown':'x' | a keyword in place of a term",
                "'name':{'@value':'x','@index':'1'} | a keyword in place of a term: @index",
                "'name':{'@value':'x','@language':'no language'} | no language tag",
                "'name':{'@set':['x']} | a keyword in place of a term: @set"
            })
    void refusesWhatWouldBeLost(String property, String detail) {
        String type = property.startsWith("'type'") ? "" : "'type':'VerifiableCredential',";
        ObjectNode document = document("{'@context':" + V2 + "," + type + property + "}");

        assertRefused(() -> JsonLd.canonicalRdf(document, "SHA-256"), Reason.DATA_LOSS, detail);
    }

    @Test
    void refusesOneObjectTooManyWithoutAnId() {
        assertThat(JsonLd.canonicalRdf(evidence(Dataset.MAX_BLANK_NODES), "SHA-256"))
                .isNotEmpty();
        assertRefused(
                () -> JsonLd.canonicalRdf(evidence(Dataset.MAX_BLANK_NODES + 1), "SHA-256"),
                Reason.INVALID,
                "more than 1000 nodes");
    }

    private static ObjectNode evidence(int count) {
        return document(IntStream.range(0, count)
                .mapToObj(i -> "{'type':'ex:Evidence','name':'" + i + "'}")
                .collect(Collectors.joining(
                        ",", "{'@context':" + V2 + ",'id':'ex:1','type':'VerifiableCredential','evidence':[", "]}")));
    }

    /** Two equal parents with ten equal children each have 10! orders. */
    @Test
    void givesUpOnGraphsThatAreMadeToKeepItBusy() {
        String child = "{'type':'ex:T'}";
        String parent = "{'type':'ex:P','child':[" + (child + ",").repeat(9) + child + "]}";
        ObjectNode document = document("{'@context':[" + V2 + "," + EXAMPLES + "],'type':'VerifiableCredential',"
                + "'credentialSubject':{'a':[" + parent + "," + parent + "]}}");

        assertRefused(() -> JsonLd.canonicalRdf(document, "SHA-256"), Reason.INVALID, "steps");
    }

    /** A list of equal values is a chain of nodes that look alike to the algorithm, which then goes down all of it. */
    @Test
    void goesDownListsOfEqualValues() {
        assertThat(JsonLd.canonicalRdf(marks("1,".repeat(29) + "1"), "SHA-256").lines())
                .hasSize(62);
        assertRefused(() -> JsonLd.canonicalRdf(marks("1,".repeat(900) + "1"), "SHA-256"), Reason.INVALID, "steps");
    }

    @Test
    void writesLongListsOfDifferentValues() {
        String marks = IntStream.range(0, 900).mapToObj(String::valueOf).collect(Collectors.joining(","));

        assertThat(JsonLd.canonicalRdf(marks(marks), "SHA-256").lines()).hasSize(1802);
    }

    private static ObjectNode marks(String marks) {
        return document("{'@context':[" + V2 + ",{'marks':{'@id':'ex:marks','@container':'@list'}}],"
                + "'id':'ex:1','type':'VerifiableCredential','marks':[" + marks + "]}");
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String detail) {
        assertThatThrownBy(call).isInstanceOfSatisfying(JsonLdException.class, e -> {
            assertThat(e).hasMessageContaining(detail);
            assertThat(e.reason()).isEqualTo(reason);
        });
    }

    private static ObjectNode document(String json) {
        return (ObjectNode) CredentialJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] read(String name) throws IOException {
        String path = "/contexts/" + name + ".json";
        try (var in = Objects.requireNonNull(JsonLdTest.class.getResourceAsStream(path), path)) {
            return in.readAllBytes();
        }
    }
}
