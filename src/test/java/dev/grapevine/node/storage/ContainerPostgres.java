package dev.grapevine.node.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** A PostgreSQL in a container, for tests on a machine with a Docker engine that has the image or can get it. */
final class ContainerPostgres {

    private static final String IMAGE = "postgres:17";
    private static final Duration INSPECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PULL_TIMEOUT = Duration.ofMinutes(2);

    private ContainerPostgres() {}

    /** Starts the server, which stops with the JVM; empty where a container cannot be had. */
    static Optional<DatabaseUrl> start() {
        if (!canRun()) {
            return Optional.empty();
        }
        // Testcontainers' own command switches fsync off, which a node refuses.
        PostgreSQLContainer server = new PostgreSQLContainer(IMAGE)
                .withCommand("postgres", "-c", "max_connections=" + TestPostgres.MAX_CONNECTIONS);
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        return Optional.of(new DatabaseUrl(
                server.getHost(),
                server.getFirstMappedPort(),
                server.getDatabaseName(),
                server.getUsername(),
                server.getPassword(),
                "disable",
                null));
    }

    /** Asked before Testcontainers is, which takes minutes to give up on an engine without a way to a registry. */
    private static boolean canRun() {
        // Testcontainers would look for the engine's address by running an image that may not be there.
        boolean addressUnknown =
                Files.exists(Path.of("/.dockerenv")) && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null;
        return !addressUnknown
                && (succeeds(INSPECT_TIMEOUT, "docker", "image", "inspect", IMAGE)
                        || (succeeds(INSPECT_TIMEOUT, "docker", "info")
                                && succeeds(PULL_TIMEOUT, "docker", "pull", "--quiet", IMAGE)));
    }

    private static boolean succeeds(Duration timeout, String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException noDocker) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
