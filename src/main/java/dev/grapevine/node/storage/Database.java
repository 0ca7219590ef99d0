package dev.grapevine.node.storage;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's database, ready for use: the server answers, is fit, and has the newest schema. */
final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final String MIGRATIONS = "classpath:db/migrations";

    private final DatabaseUrl url;
    private final @Nullable EmbeddedPostgres embedded;
    private final @Nullable ServerWatch watch;

    private Database(DatabaseUrl url, @Nullable EmbeddedPostgres embedded) {
        this.url = url;
        this.embedded = embedded;
        this.watch = embedded == null ? null : new ServerWatch(embedded, System::nanoTime).begin();
    }

    /** Opens a server that somebody else runs, waiting up to {@code timeout} for it to answer. */
    static Database configured(DatabaseUrl url, Duration timeout) {
        prepare(url, timeout);
        return new Database(url, null);
    }

    /**
     * Opens the embedded server in the data directory, and starts it again whenever it ends by itself. It is stopped if the
     * database cannot be used.
     */
    static Database embedded(DataDirectory directory, Duration timeout, SecureRandom random) throws IOException {
        EmbeddedPostgres server = EmbeddedPostgres.start(directory, random);
        try {
            prepare(server.url(), timeout);
            return new Database(server.url(), server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Flyway locks the database while it migrates, so that several nodes may start on it at once. */
    private static void prepare(DatabaseUrl url, Duration timeout) {
        ServerCheck.await(url, timeout);
        int applied = Flyway.configure()
                .dataSource(url.jdbcUrl(), url.username(), url.password())
                .locations(MIGRATIONS)
                .load()
                .migrate()
                .migrationsExecuted;
        if (applied > 0) {
            LOG.info("Applied {} schema changes to {}", applied, url);
        }
    }

    DatabaseUrl url() {
        return url;
    }

    @Override
    public void close() throws IOException {
        if (watch != null) {
            watch.close();
        }
        if (embedded != null) {
            embedded.close();
        }
    }
}
