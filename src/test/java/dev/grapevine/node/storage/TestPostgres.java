package dev.grapevine.node.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.springframework.util.FileSystemUtils;

/**
 * One real PostgreSQL for all tests of a JVM: in a container where there is a Docker engine, else the one that a node
 * embeds. It stops with the JVM.
 */
public final class TestPostgres {

    static final int MAX_CONNECTIONS = 200;

    private static final DatabaseUrl SERVER = ContainerPostgres.start().orElseGet(TestPostgres::startEmbedded);
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** @return the URL of a new, empty database, for {@code grapevine.db.url} */
    public static String newDatabase() {
        return create("");
    }

    /** @return the URL of a new database with the schema of the node */
    public static String newMigratedDatabase() {
        String url = newDatabase();
        migrate(url);
        return url;
    }

    /**
     * Gives a database the schema of the node.
     *
     * @param url as {@link #newDatabase} gave it
     */
    public static void migrate(String url) {
        Flyway.configure()
                .dataSource(
                        "jdbc:postgresql://" + url.substring(url.indexOf('@') + 1),
                        SERVER.username(),
                        SERVER.password())
                .locations("classpath:db/migrations")
                .load()
                .migrate();
    }

    /**
     * Copies a database to which nobody is connected.
     *
     * @param url as {@link #newDatabase} gave it
     * @return the URL of the copy
     */
    public static String copyOf(String url) {
        return create(" TEMPLATE " + url.substring(url.lastIndexOf('/') + 1));
    }

    private static String create(String options) {
        String name = "test" + DATABASES.incrementAndGet();
        try (Connection connection =
                        DriverManager.getConnection(SERVER.jdbcUrl(), SERVER.username(), SERVER.password());
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + options);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(SERVER.username(), SERVER.password(), SERVER.host(), SERVER.port(), name);
    }

    /** Tests run side by side, with several nodes each. */
    private static void allowManyConnections(DataDirectory directory) throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, new SecureRandom());
                Connection connection = DriverManager.getConnection(
                        server.url().jdbcUrl(),
                        server.url().username(),
                        server.url().password());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET max_connections = " + MAX_CONNECTIONS);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DatabaseUrl startEmbedded() {
        try {
            Path path = Files.createTempDirectory("grapevine-test-postgres");
            DataDirectory directory = DataDirectory.lock(path);
            allowManyConnections(directory);
            EmbeddedPostgres server = EmbeddedPostgres.start(directory, new SecureRandom());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try (directory) {
                    server.close();
                    FileSystemUtils.deleteRecursively(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return server.url();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
