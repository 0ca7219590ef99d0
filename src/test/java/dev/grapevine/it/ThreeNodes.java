package dev.grapevine.it;

import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/**
 * Three nodes, each with a database of its own, that are connected although two of them know the address of the first
 * alone; started once for all test classes that ask for them.
 */
final class ThreeNodes implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(60);

    private final Path directory;
    private final List<NodeProcess> nodes;

    private ThreeNodes() throws IOException {
        directory = Files.createTempDirectory("grapevine-it-");
        String network = "it-" + UUID.randomUUID();
        nodes = Stream.of("node1", "node2", "node3")
                .map(name -> new NodeProcess(name, directory, network).withDatabase(TestPostgres.newDatabase()))
                .toList();
        for (NodeProcess node : nodes) {
            node.connectedTo(node == node(1) ? List.of() : List.of(node(1))).start();
        }
        try {
            nodes.forEach(NodeProcess::awaitReady);
            awaitConnected();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    List<NodeProcess> all() {
        return nodes;
    }

    /** @param number from 1 */
    NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    void awaitConnected() {
        for (NodeProcess node : nodes) {
            await(node.name() + " knows the two others")
                    .atMost(CONNECT_TIMEOUT)
                    .until(() -> node.api().status().path("peers").size() >= 2);
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(NodeProcess::close);
        FileSystemUtils.deleteRecursively(directory);
    }

    /** Hands the three nodes to whoever has them as a parameter. */
    static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ThreeNodes.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(ThreeNodes.class, type -> {
                        try {
                            return new ThreeNodes();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }
    }
}
