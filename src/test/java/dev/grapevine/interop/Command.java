package dev.grapevine.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end. */
final class Command {

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();

    private Command(Path directory) {
        this.directory = directory;
    }

    /** What it printed, errors included. */
    record Result(int exitCode, String output) {}

    static Command in(Path directory) {
        return new Command(directory);
    }

    Command with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** @throws IOException if it cannot be started, or takes longer */
    Result run(long seconds, String... command) throws IOException {
        Path output = Files.createTempFile("grapevine-interop", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(List.of(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " took more than " + seconds + " s");
            }
            return new Result(process.exitValue(), Files.readString(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}
