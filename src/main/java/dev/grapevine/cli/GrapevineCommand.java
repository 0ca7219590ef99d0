package dev.grapevine.cli;

import dev.grapevine.keys.KeyProblem;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The program's entry point: {@code grapevine node | import | key | issuer-key | backup | restore | demo}. Wrong arguments print the usage and exit with 2. */
@Command(
        name = "grapevine",
        description = "A registry of verified profiles that spreads by gossip.",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            NodeCommand.class,
            ImportCommand.class,
            KeyCommand.class,
            IssuerKeyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            DemoCommand.class
        })
public final class GrapevineCommand {

    private GrapevineCommand() {}

    public static void main(String[] args) {
        int exitCode = commandLine().execute(args);
        if (exitCode != CommandLine.ExitCode.OK) {
            System.exit(exitCode);
        }
        // A node that is up lives on in its own threads.
    }

    /** The command line, ready to execute; an exception of a command becomes one line on standard error. */
    static CommandLine commandLine() {
        return new CommandLine(new GrapevineCommand()).setExecutionExceptionHandler((failure, command, parsed) -> {
            String reason = Objects.requireNonNullElse(failure.getMessage(), failure.toString())
                    + (failure instanceof KeyProblem problem ? " " + problem.remedy() : "");
            command.getErr().println("grapevine: " + reason);
            return CommandLine.ExitCode.SOFTWARE;
        });
    }

    /** The version as the build stamped it into the jar; {@code development} when run from class files. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = GrapevineCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "grapevine " + Objects.requireNonNullElse(version, "development") + ", Java " + Runtime.version()
            };
        }
    }
}
