package dev.grapevine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Ends the PostgreSQL servers that killed nodes left running in directories which are about to be deleted. */
final class LeftoverPostgres {

    private static final String PID_FILE = "postmaster.pid";
    private static final int MAX_DEPTH = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private LeftoverPostgres() {}

    /** Kills every server whose data lie beneath the directory, and waits until it is gone. */
    static void kill(Path directory) throws InterruptedException {
        try (Stream<Path> files = Files.find(
                directory,
                MAX_DEPTH,
                (file, attributes) -> file.getFileName().toString().equals(PID_FILE))) {
            for (Path file : files.toList()) {
                Optional<ProcessHandle> server = server(file);
                if (server.isPresent()) {
                    kill(server.get());
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // The directory is gone already, or going: nothing runs in it.
        }
    }

    private static void kill(ProcessHandle server) throws InterruptedException {
        // The postmaster's children notice its death and go too.
        server.destroyForcibly();
        try {
            server.onExit().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Nothing more can be done.
        }
    }

    /** The server that a pid file names, unless the number has gone to another program since. */
    private static Optional<ProcessHandle> server(Path pidFile) throws IOException {
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(process -> process.info().command().orElse("").endsWith("postgres"));
    }
}
