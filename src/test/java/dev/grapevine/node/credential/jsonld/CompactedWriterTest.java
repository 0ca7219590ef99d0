package dev.grapevine.node.credential.jsonld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.credential.CredentialJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whatever is written straight from its terms must come out as the library has it. */
class CompactedWriterTest {

    private static final int RANDOM_DOCUMENTS = 600;

    private static final List<String> CONTEXTS = List.of(
            "https://www.w3.org/ns/credentials/undefined-terms/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
            "https://w3id.org/security/data-integrity/v2",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
            "https://w3id.org/citizenship/v4rc1");

    private static final List<String> TYPES = List.of(
            "VerifiableCredential",
            "VerifiablePresentation",
            "DataIntegrityProof",
            "JsonSchema",
            "BitstringStatusListEntry",
            "Person",
            "PermanentResident",
            "Multikey",
            "JsonWebKey",
            "https://example.org/Type",
            "Unknown",
            "id");

    private static final List<String> KEYS = List.of(
            "name",
            "description",
            "issuer",
            "credentialSubject",
            "proof",
            "verifiableCredential",
            "validFrom",
            "proofPurpose",
            "digestSRI",
            "evidence",
            "credentialSchema",
            "jsonSchema",
            "statusSize",
            "statusMessage",
            "cnf",
            "kid",
            "ttl",
            "birthDate",
            "image",
            "publicKeyMultibase",
            "publicKeyJwk",
            "holder",
            "degree",
            "aud",
            "exp",
            "...",
            "_sd_alg");

    private static final List<String> TEXTS = List.of(
            "Ada",
            "did:example:ada",
            "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "https://example.org/a b",
            "2026-01-01T00:00:00Z",
            "assertionMethod",
            "",
            "\u0000\t\"\\\n\u007f\u0085",
            "\ue000",
            "\ud83c\udf47",
            "\ufffe",
            "@id",
            "_:b0",
            "relative",
            "Zürich",
            "name");

    @Test
    void agreesWithTheLibraryOnEveryVector() throws IOException {
        int written = 0;
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src/test/resources/vectors"))) {
            files = all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            JsonNode json = CredentialJson.parse(Files.readAllBytes(file));
            if (json instanceof ObjectNode document && document.has("@context")) {
                written += agrees(document) ? 1 : 0;
                if (document.remove("proof") != null) {
                    written += agrees(document) ? 1 : 0;
                }
            }
        }
        assertThat(written).isGreaterThan(50);
    }

    @Test
    void agreesWithTheLibraryOnRandomDocuments() {
        int written = 0;
        for (int seed = 0; seed < RANDOM_DOCUMENTS; seed++) {
            written += agrees(document(new Random(seed))) ? 1 : 0;
        }
        assertThat(written).isGreaterThan(RANDOM_DOCUMENTS / 10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'@context':['https://www.w3.org/ns/credentials/v2',{'own':'ex:own'}],'type':'VerifiableCredential','own':1}",
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiableCredential','unknown':1}",
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiableCredential','name':null}",
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiableCredential','name':[['a']]}",
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiableCredential','id':'a'}",
                "{'@context':['https://example.org/'],'type':'VerifiableCredential'}",
                "{'id':'urn:a','type':'VerifiableCredential'}"
            })
    void leavesToTheLibraryWhatIsRareOrWrong(String json) {
        assertThatThrownBy(() -> CompactedWriter.write(parse(json))).isInstanceOf(UnusualException.class);
    }

    @Test
    void keepsNoMoreContextsThanItMay() {
        ActiveTerms none = ActiveTerms.none(2);
        ActiveTerms first = none.with(CONTEXTS.subList(0, 1));
        none.with(CONTEXTS.subList(1, 2));

        assertThat(none.with(CONTEXTS.subList(0, 1))).isSameAs(first);
        assertThatThrownBy(() -> none.with(CONTEXTS.subList(2, 3))).isInstanceOf(UnusualException.class);
        assertThatThrownBy(() -> first.with(CONTEXTS.subList(2, 3))).isInstanceOf(UnusualException.class);
    }

    /** RDFC-1.0 section 4.4.3: code points, among which the grape comes after the private use area. */
    @Test
    void sortsByCodePoints() {
        assertThat(Stream.of("a", "\ud83c\udf47", "\ue000", "b", "ab").sorted(NQuads.CODE_POINTS))
                .containsExactly("a", "ab", "b", "\ue000", "\ud83c\udf47");
    }

    /** @return whether it was written */
    private static boolean agrees(ObjectNode document) {
        Dataset dataset;
        try {
            Compacted.require(document, Terms.of(document));
            dataset = CompactedWriter.write(document);
        } catch (UnusualException | JsonLdException e) {
            return false;
        }
        String library = lines(JsonLd.byLibrary(document).byLibrary("SHA-256"));
        assertThat(lines(dataset.byLibrary("SHA-256"))).as(document.toString()).isEqualTo(library);
        assertThat(lines(dataset.canonical("SHA-256"))).as(document.toString()).isEqualTo(library);
        return true;
    }

    /** The library may have lines in another order where there are characters beyond the basic plane. */
    private static String lines(String quads) {
        String[] lines = quads.split("(?<=\n)", -1);
        Arrays.sort(lines);
        return String.join("", lines);
    }

    private static ObjectNode document(Random random) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode contexts = document.putArray("@context").add("https://www.w3.org/ns/credentials/v2");
        for (int i = random.nextInt(3); i > 0; i--) {
            contexts.add(one(CONTEXTS, random));
        }
        fill(document, random, 0);
        return document;
    }

    private static ObjectNode fill(ObjectNode node, Random random, int depth) {
        if (depth == 0 || random.nextInt(3) > 0) {
            ArrayNode types = node.putArray("type");
            for (int i = random.nextInt(3); i >= 0; i--) {
                types.add(depth == 0 && i == 0 ? "VerifiableCredential" : one(TYPES, random));
            }
        }
        if (random.nextInt(3) == 0) {
            node.put("id", one(TEXTS.subList(0, 4), random));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            JsonNode value = value(random, depth);
            node.set(one(KEYS, random), random.nextInt(4) > 0 ? value : array(value, value(random, depth)));
        }
        return node;
    }

    private static ArrayNode array(JsonNode first, JsonNode second) {
        return JsonNodeFactory.instance.arrayNode().add(first).add(second);
    }

    private static JsonNode value(Random random, int depth) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 3 ? 6 : 9)) {
            case 0 -> json.numberNode(random.nextInt(1000));
            case 1 -> json.numberNode(random.nextInt(1000) / 8.0);
            case 2 -> json.booleanNode(random.nextBoolean());
            case 3 -> json.objectNode().put("@value", one(TEXTS, random)).put("@language", "de-CH");
            case 4, 5 -> json.stringNode(one(TEXTS, random));
            default -> fill(json.objectNode(), random, depth + 1);
        };
    }

    private static String one(List<String> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }

    private static ObjectNode parse(String json) {
        return (ObjectNode) CredentialJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
