package dev.grapevine.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One node of the demo: a process of this same program with a data directory and keys of its own. */
final class DemoNode {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final int LOG_LINES_SHOWN = 15;

    private final String name;
    private final Ports ports;
    private final Path directory;
    private final String apiKey;
    private final NodeClient client;
    private @Nullable Process process;

    DemoNode(String name, Ports ports, Path directory, String apiKey, HttpClient http) {
        this.name = name;
        this.ports = ports;
        this.directory = directory;
        this.apiKey = apiKey;
        this.client = new NodeClient(http, url(), apiKey);
    }

    String name() {
        return name;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + ports.http());
    }

    NodeClient client() {
        return client;
    }

    ImportClient importClient() {
        return new ImportClient(url(), apiKey);
    }

    /** Where the other nodes reach it; without a peer id, which it is the first to know. */
    String multiaddr() {
        return "/ip4/127.0.0.1/udp/" + ports.p2p() + "/quic-v1";
    }

    /**
     * Starts the process. It inherits nothing that would make it another node than the demo's: settings of Grapevine and
     * Spring in the environment stay behind. It ends when this process ends, however that happens: it watches its input.
     */
    void start(String network, List<String> bootstrap, Path temporaryFiles) throws IOException {
        Files.createDirectories(directory);
        List<String> arguments = new ArrayList<>(List.of(
                "node",
                "--stop-with-parent",
                "--name=" + name,
                "--network=" + network,
                "--data-dir=" + directory.resolve("data"),
                "--http-port=" + ports.http(),
                "--p2p-port=" + ports.p2p(),
                "--management-port=" + ports.management(),
                "--grapevine.p2p.mdns=false",
                "--bootstrap=" + String.join(",", bootstrap)));
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.thisProgram(temporaryFiles, arguments))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().keySet().removeIf(DemoNode::configuresAnotherNode);
        builder.environment().put("GRAPEVINE_API_KEY", apiKey);
        process = builder.start();
    }

    private static boolean configuresAnotherNode(String variable) {
        return variable.startsWith("GRAPEVINE_")
                || variable.startsWith("SPRING_")
                || variable.startsWith("SERVER_")
                || variable.startsWith("MANAGEMENT_");
    }

    /**
     * Throws if the process has ended, which it should not by itself.
     *
     * @throws NodeException with the last lines of its log
     */
    void checkAlive() {
        if (process == null || process.isAlive()) {
            return;
        }
        throw new NodeException(name + " ended with exit code " + process.exitValue() + ". The last lines of its log:\n"
                + lastLogLines());
    }

    /** Whether its readiness probe says yes. */
    boolean isReady(HttpClient http) {
        return new NodeClient(http, URI.create("http://127.0.0.1:" + ports.management()), "").isReady();
    }

    /** Asks the process to stop; {@link #awaitStop} waits for it. */
    void stop() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits until process and database server are gone, and kills what does not go by itself. */
    void awaitStop() throws InterruptedException {
        if (process != null && !process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        LeftoverPostgres.kill(directory);
    }

    /** The end of what the process printed. */
    String lastLogLines() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()).stream()
                    .map(line -> "  " + line)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "  (" + log() + " cannot be read: " + e.getMessage() + ")";
        }
    }

    private Path log() {
        return directory.resolve("node.log");
    }
}
