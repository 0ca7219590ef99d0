package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The documents of the W3C's test suites: of VCDM 2.0's those that end in "ok" keep every rule, and the others break one; of VCDM 1.1's
 * those break one that have "bad" in their names.
 */
class DataModelVectorsTest {

    private static final Path V2_0 = folder("/vectors/vc-data-model");
    private static final Path V1_1 = folder("/vectors/vc-data-model-1.1");

    /** Of a presentation; all others are credentials. */
    private static final String PRESENTATION_OF_1_1 = "example-8";

    /** What is wrong shows when the proof is checked; and two that hold no dates yet, but where they go. */
    private static final Set<String> OTHERS = Set.of(
            "credential-proof-missing-type-fail",
            "credential-validUntil-validFrom-ok",
            "credential-validUntil-validFrom-fail");

    static List<String> credentials() throws IOException {
        return names("credential-", "issuer-");
    }

    static List<String> presentations() throws IOException {
        return names("presentation-");
    }

    private static List<String> names(String... prefixes) throws IOException {
        try (var files = Files.list(V2_0)) {
            List<String> names = files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(name -> List.of(prefixes).stream().anyMatch(name::startsWith))
                    .filter(name -> name.endsWith("ok") || name.contains("fail"))
                    .filter(name -> !OTHERS.contains(name))
                    .sorted()
                    .toList();
            assertThat(names).hasSizeGreaterThan(10);
            return names;
        }
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void tellsCredentialsThatKeepTheRulesFromOthers(String name) throws IOException {
        ObjectNode credential = read(V2_0, name);
        // the suite leaves it to whoever issues them to put in the issuer
        if (!credential.has("issuer") && !name.equals("credential-no-issuer-fail")) {
            credential.put("issuer", "did:example:issuer");
        } else if (credential.path("issuer").isObject()
                && !credential.path("issuer").has("id")) {
            credential.withObject("issuer").put("id", "did:example:issuer");
        }
        ContextCheck context = ContextCheck.of(credential);
        List<Problem> problems = new ArrayList<>(context.check().problems());
        problems.addAll(CredentialStructure.problems(credential, context.terms()));

        assertRight(name, problems);
    }

    @ParameterizedTest
    @MethodSource("presentations")
    void tellsPresentationsThatKeepTheRulesFromOthers(String name) throws IOException {
        ObjectNode presentation = read(V2_0, name);
        presentation.putObject("proof").put("type", "DataIntegrityProof");
        ContextCheck context = ContextCheck.of(presentation);
        List<Problem> problems = new ArrayList<>(context.check().problems());
        problems.addAll(PresentationStructure.problems(presentation, context.terms()));

        assertRight(name, problems);
    }

    private static void assertRight(String name, List<Problem> problems) {
        if (name.endsWith("ok")) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems).isNotEmpty();
        }
    }

    static List<String> documentsOf11() throws IOException {
        try (var files = Files.list(V1_1)) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }

    /** Their context of examples is none that this node has, so that what their types mean is not asked. */
    @ParameterizedTest
    @MethodSource("documentsOf11")
    void tellsDocumentsOf11ThatKeepTheRulesFromOthers(String name) throws IOException {
        ObjectNode document = read(V1_1, name);

        List<Problem> problems = name.startsWith(PRESENTATION_OF_1_1)
                ? PresentationStructure.problems(document, Optional.empty())
                : CredentialStructure.problems(document, Optional.empty());

        assertRight(name.contains("bad") ? name : name + "-ok", problems);
    }

    private static ObjectNode read(Path folder, String name) throws IOException {
        return (ObjectNode) CredentialJson.parse(Files.readAllBytes(folder.resolve(name + ".json")));
    }

    private static Path folder(String resource) {
        try {
            return Path.of(Objects.requireNonNull(DataModelVectorsTest.class.getResource(resource))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
