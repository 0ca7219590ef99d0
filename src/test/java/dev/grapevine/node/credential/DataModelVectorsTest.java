package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** The documents of the W3C's test suite of VCDM 2.0: those that end in "ok" keep every rule, the others break one. */
class DataModelVectorsTest {

    private static final Path FOLDER = folder();

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
        try (var files = Files.list(FOLDER)) {
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
        ObjectNode credential = read(name);
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
        ObjectNode presentation = read(name);
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

    private static ObjectNode read(String name) throws IOException {
        return (ObjectNode) CredentialJson.parse(Files.readAllBytes(FOLDER.resolve(name + ".json")));
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(DataModelVectorsTest.class.getResource("/vectors/vc-data-model"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
