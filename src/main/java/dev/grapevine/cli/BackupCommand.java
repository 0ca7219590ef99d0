package dev.grapevine.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a running node into one file, which appears whole or not at all. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        sortOptions = false,
        description = "Take a running node into one file: logs, bodies, credentials, API keys' hashes, audit.",
        footer = {
            "",
            "Needs a key with the role operator. The file holds personal data; only its owner may read it. The private keys are",
            "not in it: keep them with './grapevine issuer-key export'. 'restore' brings it back."
        })
final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "The new file; one that is there already is replaced.")
    private Path file = Path.of("grapevine.backup");

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        Path target = file.toAbsolutePath();
        Path temporary = Files.createTempFile(
                target.getParent(),
                target.getFileName() + ".",
                ".part",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        AtomicLong bytes = new AtomicLong();
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                new BackupClient(node.url(), node.key()).backUp(out, bytes::addAndGet);
                out.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        spec.commandLine().getOut().println("backed up " + bytes + " bytes to " + file);
        return ExitCode.OK;
    }
}
