package dev.grapevine.cli;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.util.FileSystemUtils;

/**
 * Three nodes in a network of a random name, in a directory of their own. Closing it, from any thread and at any time, stops
 * them and deletes everything they left.
 */
final class DemoNetwork implements AutoCloseable {

    static final int NODES = 3;

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int SECRET_BYTES = 24;

    private final Path directory;
    private final String name;
    private final HttpClient http = NodeClient.http();
    private final List<DemoNode> nodes = new ArrayList<>();
    private boolean closed;

    private DemoNetwork(Path directory, SecureRandom random) throws IOException {
        this.directory = directory;
        this.name = "demo-" + hex(random, 4);
        for (int i = 0; i < NODES; i++) {
            String node = "node" + (i + 1);
            nodes.add(new DemoNode(node, Ports.of(i), directory.resolve(node), hex(random, SECRET_BYTES), http));
        }
    }

    /** Chooses ports, keys and a directory; starts nothing yet. */
    static DemoNetwork create(SecureRandom random) throws IOException {
        return new DemoNetwork(Files.createTempDirectory("grapevine-demo-"), random);
    }

    String name() {
        return name;
    }

    List<DemoNode> nodes() {
        return nodes;
    }

    /**
     * Starts the nodes, each knowing the addresses of the others, and waits until they are ready and connected.
     *
     * @throws NodeException when a node ends, or is not ready in time; with the last lines of its log
     */
    void start() throws IOException, InterruptedException {
        Path temporaryFiles = Files.createDirectories(directory.resolve("tmp"));
        for (DemoNode node : nodes) {
            List<String> others = nodes.stream()
                    .filter(other -> other != node)
                    .map(DemoNode::multiaddr)
                    .toList();
            synchronized (this) {
                if (closed) {
                    throw new NodeException("the demo was stopped");
                }
                node.start(name, others, temporaryFiles);
            }
        }
        for (DemoNode node : nodes) {
            await(node, "ready", () -> node.isReady(http));
        }
        for (DemoNode node : nodes) {
            await(node, "connected to the others", () -> node.client().isConnected(NODES - 1));
        }
    }

    /** @throws NodeException if a node has ended */
    void checkAlive() {
        nodes.forEach(DemoNode::checkAlive);
    }

    private void await(DemoNode node, String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            checkAlive();
            if (System.nanoTime() > deadline) {
                throw new NodeException(node.name() + " was not " + what + " within " + START_TIMEOUT.toSeconds()
                        + " s. The last lines of its log:\n" + node.lastLogLines());
            }
            Thread.sleep(POLL);
        }
    }

    /** Stops the nodes and their databases, and deletes the directory. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        nodes.forEach(DemoNode::stop);
        try {
            for (DemoNode node : nodes) {
                node.awaitStop();
            }
            http.shutdownNow();
            FileSystemUtils.deleteRecursively(directory);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("grapevine: " + directory + " could not be deleted: " + e.getMessage());
        }
    }

    private static String hex(SecureRandom random, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
