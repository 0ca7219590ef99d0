package dev.grapevine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Brings a backup back into a running node. Exit code 0 only if nothing of it was refused. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        sortOptions = false,
        description =
                "Bring a backup back into a running node; what is there stays, what was erased since stays erased.",
        footer = {
            "",
            "A node that lost its database starts its log anew and would fork the one in the backup: put its issuer key back and",
            "start it by './grapevine node --restore FILE' instead, which restores before anything is signed."
        })
final class RestoreCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "As 'backup' has written it.")
    private Path file = Path.of("grapevine.backup");

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new ParameterException(spec.commandLine(), "There is no file '" + file + "' that can be read.");
        }
        JsonNode restored = new BackupClient(node.url(), node.key()).restore(file);
        long refused = restored.path("refusedEvents").asLong();
        spec.commandLine()
                .getOut()
                .println("restored " + restored.path("events").asLong() + " events (" + refused + " refused), "
                        + restored.path("credentials").asLong() + " credentials, "
                        + restored.path("rows").asLong() + " keys and entries of the audit");
        return refused == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
