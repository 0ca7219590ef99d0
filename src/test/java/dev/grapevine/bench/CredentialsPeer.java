package dev.grapevine.bench;

import dev.grapevine.interop.NpmPackages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** {@code @digitalbazaar/vc} on Node, in a process of its own ({@code interop/credentials/rates.mjs}). */
final class CredentialsPeer implements AutoCloseable {

    private static final Path DIRECTORY = Path.of(System.getProperty("bench.home"), "interop/credentials");

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final String version;

    /** @param credentials what it issues and verifies, as the script wants it */
    CredentialsPeer(Path credentials) throws IOException, InterruptedException {
        String node = new NpmPackages(DIRECTORY).node();
        version = run(node, "--version");
        process = command(node, "rates.mjs", credentials.toString()).start();
        answers = process.inputReader();
        requests = process.outputWriter();
    }

    private static ProcessBuilder command(String... command) {
        return new ProcessBuilder(List.of(command))
                .directory(DIRECTORY.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = command(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output.strip();
    }

    /** Node's version. */
    String version() {
        return version;
    }

    long pid() {
        return process.pid();
    }

    /**
     * Has it work for a while.
     *
     * @param work issue or verify
     * @return how many credentials it did
     */
    int run(String suite, String work, Duration duration) throws IOException {
        requests.write(
                "{\"suite\":\"%s\",\"work\":\"%s\",\"millis\":%d}\n".formatted(suite, work, duration.toMillis()));
        requests.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process on Node has ended; its errors are above");
        }
        return JsonMapper.shared().readTree(answer).path("done").intValue();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
