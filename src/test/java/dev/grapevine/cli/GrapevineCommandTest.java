package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GrapevineCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine command =
            GrapevineCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "--nonsense",
                "node --http-port=x",
                "node extra",
                "demo --people=many",
                "demo --people=0",
                "import",
                "key",
                "key add",
                "key revoke"
            })
    void answersWrongArgumentsWithTwoAndAWord(String arguments) {
        int exitCode = command.execute(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).isNotBlank();
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "node --help", "import -h", "key -h", "key add --help", "demo -h"})
    void helps(String arguments) {
        assertThat(command.execute(arguments.split(" "))).isZero();
        assertThat(out.toString()).contains("Usage: grapevine");
    }

    @Test
    void theScriptsHelpNamesTheSameCommands() throws IOException {
        String script = Files.readString(Path.of("grapevine"));

        assertThat(command.getSubcommands().keySet())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(script).contains("\n  " + name + " "));
    }
}
