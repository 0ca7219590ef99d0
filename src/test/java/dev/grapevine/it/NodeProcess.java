package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.testapi.BuiltProgram;
import dev.grapevine.testapi.FreePort;
import dev.grapevine.testapi.LeakDetector;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One node in a JVM of its own. It ends with the test's JVM, whatever happens. */
final class NodeProcess implements AutoCloseable {

    static final String API_KEY = "it-0123456789abcdef0123456789abcdef";

    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

    /** How Netty's reports of buffers that were not released begin. */
    private static final String LEAK = "LEAK: ";

    private final String name;
    private final Path directory;
    private final String network;
    private final int httpPort = FreePort.free();
    private final int managementPort = FreePort.free();
    private final int p2pPort = FreePort.free();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private List<String> bootstrap = List.of();
    private String issuer;
    private SmallDisk disk;
    private Process process;

    /**
     * @param directory for the node's data and log; kept between starts
     * @param network the network's name
     */
    NodeProcess(String name, Path directory, String network) {
        this.name = name;
        this.directory = directory.resolve(name);
        this.network = network;
        this.issuer = name;
        environment.put("GRAPEVINE_API_KEY", API_KEY);
        environment.put("GRAPEVINE_P2P_MDNS", "false"); // tests that run side by side find each other's nodes else
    }

    /** Gives it a database instead of its embedded one. */
    NodeProcess withDatabase(String url) {
        // The servers of the tests are small, and several nodes share one.
        return with("GRAPEVINE_DB_URL", url).with("SPRING_R2DBC_POOL_MAX_SIZE", "6");
    }

    /** Starts it by further arguments. */
    NodeProcess withArguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    NodeProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Has its data directory on a disk of its own, of a size such as {@code 200m}. */
    NodeProcess onDisk(String size) {
        disk = new SmallDisk(dataDirectory(), size);
        return this;
    }

    void fillDisk() {
        disk.fill(process.pid());
    }

    void freeDisk() {
        disk.free(process.pid());
    }

    /** Where others find a path that is on its disk. */
    Path onItsDisk(Path path) {
        return disk.seenFromOutside(process.pid(), path);
    }

    /** What is on its disk when it has ended. */
    List<String> leftOnDisk() {
        try {
            return Files.readAllLines(directory.resolve("left"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Calls its issuer otherwise than the node. */
    NodeProcess ofIssuer(String issuer) {
        this.issuer = issuer;
        return this;
    }

    NodeProcess connectedTo(List<NodeProcess> others) {
        bootstrap = others.stream().map(NodeProcess::multiaddr).toList();
        return this;
    }

    String name() {
        return name;
    }

    Path dataDirectory() {
        return directory.resolve("data");
    }

    String multiaddr() {
        return "/ip4/127.0.0.1/udp/" + p2pPort + "/quic-v1";
    }

    /** Health and metrics. */
    NodeApi management() {
        return new NodeApi(URI.create("http://127.0.0.1:" + managementPort));
    }

    NodeApi api() {
        return new NodeApi(uri());
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    /** What a command of the command line came to. */
    record Outcome(int exitCode, String output) {}

    /** Runs a command that talks to this node, to its end. */
    Outcome command(String... words) {
        List<String> command = new ArrayList<>(BuiltProgram.clientCommand());
        command.addAll(List.of(words));
        command.add("--url=" + uri());
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("GRAPEVINE_API_KEY", API_KEY);
            Process running = builder.start();
            String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(running.waitFor(), output);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    NodeProcess start() {
        List<String> command = new ArrayList<>(BuiltProgram.command());
        command.addAll(List.of(
                "node",
                "--stop-with-parent",
                "--name=" + issuer,
                "--network=" + network,
                "--data-dir=" + dataDirectory(),
                "--http-port=" + httpPort,
                "--management-port=" + managementPort,
                "--p2p-port=" + p2pPort));
        command.addAll(arguments);
        if (!bootstrap.isEmpty()) {
            command.add("--bootstrap=" + String.join(",", bootstrap));
        }
        try {
            Files.createDirectories(directory);
            if (disk != null) {
                Files.createDirectories(dataDirectory());
                command = disk.around(command, directory.resolve("left"));
            }
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    NodeProcess awaitReady() {
        await(name + " is ready")
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                name + " ended with " + process.exitValue() + ":\n" + Files.readString(log()));
                    }
                    return management().isReady();
                });
        return this;
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Kills the node and its embedded database server at once, as when the power fails. */
    void killWithDatabase() {
        process.destroyForcibly();
        killDatabase();
        awaitEnd();
    }

    /** Kills the embedded database server, with all its processes. */
    void killDatabase() {
        ProcessHandle postmaster = ProcessHandle.of(postmaster()).orElseThrow();
        List<ProcessHandle> backends = postmaster.children().toList();
        postmaster.destroyForcibly();
        backends.forEach(ProcessHandle::destroyForcibly);
        await("the database server is gone").atMost(STOP_TIMEOUT).until(() -> !postmaster.isAlive());
    }

    /** The process id that the embedded database server has, or had. */
    long postmaster() {
        try {
            return Long.parseLong(Files.readAllLines(dataDirectory().resolve("postgres/postmaster.pid"))
                    .getFirst()
                    .strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As {@code kill}, without waiting for its end, and without closing its standard input as {@code destroy} would. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for its end. @return the exit code */
    int awaitExit() {
        awaitEnd();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As Ctrl-C. */
    @Override
    public void close() {
        if (process != null) {
            process.destroy();
            awaitEnd();
            assertThat(leaks())
                    .as("buffers that were not released, in the log of %s", name)
                    .isEmpty();
        }
    }

    /** Netty's reports, with what stands after each. */
    private List<String> leaks() {
        return Arrays.stream(logged().split(LEAK))
                .skip(1)
                .filter(LeakDetector::concernsNodes)
                .toList();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(name + " did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it has printed since its first start. */
    String logged() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path log() {
        return directory.resolve("node.log");
    }
}
