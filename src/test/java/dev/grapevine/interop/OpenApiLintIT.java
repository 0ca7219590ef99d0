package dev.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API description is one that other people's tools understand, by the rules in {@code openapi/redocly.yaml}. */
class OpenApiLintIT {

    private static final Path DESCRIPTION = Path.of("openapi", "openapi.yaml");
    private static final long LINT_SECONDS = 120;

    private final NodeModules modules = NodeModules.of("openapi");

    @Test
    void redoclyHasNothingToSay() throws IOException {
        Command.Result result = lint(DESCRIPTION);
        assertThat(result.output()).contains("validated in").doesNotContain("error", "warning");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void redoclyTellsWhereTwoOperationsHaveOneName(@TempDir Path directory) throws IOException {
        String twice = Files.readString(DESCRIPTION).replace("operationId: listKeys", "operationId: getKey");
        Command.Result result = lint(Files.writeString(directory.resolve("openapi.yaml"), twice));
        assertThat(result.output()).contains("operation-operationId-unique");
        assertThat(result.exitCode()).isNotZero();
    }

    private Command.Result lint(Path description) throws IOException {
        return Command.in(modules.directory())
                .run(
                        LINT_SECONDS,
                        modules.node(),
                        "node_modules/@redocly/cli/bin/cli.js",
                        "lint",
                        description.toAbsolutePath().toString(),
                        "--config=redocly.yaml",
                        "--format=stylish");
    }
}
