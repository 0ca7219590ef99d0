package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The nodes of one benchmark, in a network of their own. Closing, and the end of this process, stops them. */
final class Nodes implements AutoCloseable {

    private final Path directory;
    private final String network = "bench-" + UUID.randomUUID();
    private final List<Node> nodes = new ArrayList<>();
    private final Thread atExit = new Thread(this::stop);

    Nodes(Path directory) {
        this.directory = directory;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** The name that is part of their events' signatures. */
    String network() {
        return network;
    }

    /** Where a benchmark may leave files until it ends. */
    Path directory() {
        return directory;
    }

    /** One more node, not started yet, that will connect to those before it. */
    synchronized Node add() throws IOException {
        List<String> others = nodes.stream().map(Node::multiaddr).toList();
        Node node = new Node(directory.resolve("node" + (nodes.size() + 1)), network, others);
        nodes.add(node);
        return node;
    }

    /** One more node that is ready. */
    Node start(String... javaOptions) throws IOException, InterruptedException {
        Node node = add();
        node.start(javaOptions);
        node.awaitReady();
        return node;
    }

    private synchronized void stop() {
        nodes.forEach(Node::stop);
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
