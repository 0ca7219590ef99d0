package dev.grapevine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code lab/fuzz} has kept: inputs of which each goes another way through a parser, and those that were defects. */
class CorpusTest {

    private static final int MUTATIONS = 300;
    private static final int MAX_BYTES = 4096;
    private static final long SEED = 1;

    @ParameterizedTest
    @EnumSource
    void everyInputThatIsKeptIsTakenOrRefused(Target target) throws IOException {
        assertThat(target.corpus()).isNotEmpty();
        for (Path input : target.corpus()) {
            take(target, Files.readAllBytes(input), input.toString());
        }
    }

    @ParameterizedTest
    @EnumSource
    void changedInputsAreTakenOrRefused(Target target) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (Path input : target.corpus()) {
            corpus.add(Files.readAllBytes(input));
        }
        Mutations mutations = new Mutations(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] input = mutations.of(mutations.oneOf(corpus), MAX_BYTES);
            take(target, input, HexFormat.of().formatHex(input));
        }
    }

    private static void take(Target target, byte[] input, String name) {
        try {
            target.take(input, 1);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(target + " on " + name, e);
        }
    }
}
