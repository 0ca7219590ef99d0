package dev.grapevine.node.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of problem is explained, and nothing else is. */
class ProblemPagesTest {

    private static final Path PAGES = Path.of("docs", "problems");
    private static final Path CODE = Path.of("src", "main", "java");
    private static final int MAX_LINES = 25;

    @Test
    void everyTypeHasAPageAndEveryPageAType() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemType.values())
                            .map(type -> type.text() + ".md")
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPageSaysWhatHappenedAndWhatToDo(ProblemType type) throws IOException {
        List<String> lines = Files.readAllLines(PAGES.resolve(type.text() + ".md"));
        assertThat(lines)
                .startsWith("# " + type.title())
                .contains("## What happened", "## What to do")
                .hasSizeLessThanOrEqualTo(MAX_LINES);
    }

    /** That there is no type beside the list follows from this, for a type is a path. */
    @Test
    void noOtherClassMakesATypeOfItsOwn() throws IOException {
        try (Stream<Path> files = Files.walk(CODE)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> !file.endsWith("ProblemType.java"))
                            // an example, which CredentialControllerTest compares with the true answer
                            .filter(file -> !file.endsWith("VerifyExamples.java"))
                            .filter(ProblemPagesTest::namesATypeInText))
                    .as("classes that write a type by hand instead of taking it from ProblemType")
                    .isEmpty();
        }
    }

    private static boolean namesATypeInText(Path file) {
        try {
            return Files.readString(file).matches("(?s).*\"/problems/[^\"{].*");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
