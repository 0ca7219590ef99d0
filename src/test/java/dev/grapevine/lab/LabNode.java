package dev.grapevine.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node in a process of its own, with an embedded PostgreSQL. What ends it is said before, or it counts as a crash. */
final class LabNode {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Requests are counted as ever, and none is too many. */
    private static final String UNLIMITED = "1000000000";

    private final int number;
    private final Path directory;
    private final List<String> launcher;
    private final String network;
    private final String apiKey = UUID.randomUUID().toString() + UUID.randomUUID();
    private final int http = LabPorts.free();
    private final int management = LabPorts.free();
    private final int p2p = LabPorts.free();
    private final LabDatabase database;
    private final NodeClient client;
    private final Failures failures;
    private final List<String> bootstrap = new ArrayList<>();
    private double cpuSecondsBefore;
    private volatile boolean ready;
    private volatile @Nullable Process process;

    /** @param launcher the command line up to and with the word {@code node} */
    LabNode(int number, Path directory, List<String> launcher, String network, Failures failures) throws IOException {
        this.number = number;
        this.directory = directory.resolve("node" + number);
        this.launcher = launcher;
        this.network = network;
        this.failures = failures;
        this.database = new LabDatabase(this.directory.resolve("data"));
        this.client = new NodeClient(http, management, apiKey);
    }

    /** The number from 1. */
    int number() {
        return number;
    }

    /** The same as its issuer's. */
    String name() {
        return "node" + number;
    }

    int p2pPort() {
        return p2p;
    }

    NodeClient client() {
        return client;
    }

    LabDatabase database() {
        return database;
    }

    Path log() {
        return directory.resolve("node.log");
    }

    /** A UDP port on this machine to dial from now on, from the next start on. */
    void dials(int port) {
        bootstrap.add("/ip4/127.0.0.1/udp/" + port + "/quic-v1");
    }

    boolean isRunning() {
        return process != null;
    }

    /** Whether it was ready, and has not been ended since. */
    boolean isAvailable() {
        return ready;
    }

    /** Starts the process and does not wait. It stops when this one ends; settings in the environment do not reach it. */
    void start() throws IOException {
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                "--stop-with-parent",
                "--name=" + name(),
                "--network=" + network,
                "--data-dir=" + directory.resolve("data"),
                "--http-port=" + http,
                "--management-port=" + management,
                "--grapevine.p2p.listen=/ip4/127.0.0.1/udp/" + p2p + "/quic-v1",
                "--grapevine.p2p.wanted-connections=0", // nobody goes around the links
                "--grapevine.p2p.kademlia=off",
                "--grapevine.p2p.mdns=false",
                "--bootstrap=" + String.join(",", bootstrap)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment()
                .keySet()
                .removeIf(name -> Stream.of("GRAPEVINE_", "SPRING_", "SERVER_", "MANAGEMENT_")
                        .anyMatch(name::startsWith));
        builder.environment().put("GRAPEVINE_API_KEY", apiKey);
        builder.environment().put("GRAPEVINE_RATE_LIMIT_ADDRESS_REQUESTS", UNLIMITED);
        builder.environment().put("GRAPEVINE_RATE_LIMIT_KEY_REQUESTS", UNLIMITED);
        Process started = builder.start();
        process = started;
        Thread.ofVirtual().start(() -> watch(started));
    }

    /** Waits for its readiness, and for an end that nobody has asked for. */
    private void watch(Process started) {
        try {
            long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
            while (started.isAlive() && started.equals(process) && !ready) {
                ready = client.isReady();
                if (System.nanoTime() > deadline) {
                    failures.add(name() + " is not ready " + START_TIMEOUT.toSeconds() + " s after its start");
                    return;
                }
                Thread.sleep(POLL);
            }
            int code = started.waitFor();
            if (started.equals(process)) {
                letGo();
                failures.add(name() + " ended by itself with code " + code + "; see " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        Process killed = letGo();
        if (killed != null) {
            killed.destroyForcibly().waitFor();
        }
    }

    /** As {@code kill}: in order. */
    void stop() throws InterruptedException {
        Process stopped = letGo();
        if (stopped == null) {
            return;
        }
        stopped.toHandle().destroy();
        if (!stopped.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            failures.add(name() + " does not stop within " + STOP_TIMEOUT.toSeconds() + " s");
            stopped.destroyForcibly().waitFor();
        }
    }

    private @Nullable Process letGo() {
        Process running = process;
        if (running != null) {
            cpuSecondsBefore += cpuSeconds(running);
        }
        process = null;
        ready = false;
        return running;
    }

    /** CPU time that its processes have used so far, those of the database's servers that have ended left out. */
    double cpuSeconds() throws IOException {
        Process running = process;
        return cpuSecondsBefore + (running == null ? 0 : cpuSeconds(running)) + database.cpuSeconds();
    }

    private static double cpuSeconds(Process process) {
        return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1e3;
    }

    /** Ends node and database, whatever becomes of their data. */
    void destroy() throws IOException, InterruptedException {
        kill();
        database.kill();
    }
}
