package dev.grapevine.libp2p.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code lab/fuzz} has kept: inputs of which each goes another way through the decoders, and those that were defects. */
class DecoderCorpusTest {

    private static final Path CORPUS = Path.of("src/test/resources/fuzz/decoders");

    @Test
    void everyInputOfTheCorpusIsTakenOrRefused() throws IOException {
        List<Path> inputs;
        try (Stream<Path> files = Files.list(CORPUS)) {
            inputs = files.sorted().toList();
        }
        assertThat(inputs).isNotEmpty();
        for (Path input : inputs) {
            byte[] bytes = Files.readAllBytes(input);
            assertThatCode(() -> DecoderFuzz.fuzzerTestOneInput(bytes))
                    .as(input.toString())
                    .doesNotThrowAnyException();
        }
    }
}
