package dev.grapevine.node.storage;

import dev.grapevine.node.start.StartProblem;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a PostgreSQL server to answer, and lets only one pass that keeps what it has acknowledged. */
final class ServerCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

    private static final int OLDEST_VERSION = 16;
    /** With one of these off, a crash can lose commits that were acknowledged, or corrupt the database. */
    private static final List<String> DURABILITY = List.of("fsync", "synchronous_commit", "full_page_writes");

    private static final Duration RETRY = Duration.ofMillis(250);
    private static final Duration REPORT = Duration.ofSeconds(5);
    /**
     * SQLSTATE of a server that may be there soon (PostgreSQL, appendix A): 08 connection exception, 57P03 starting up,
     * 53300 too many connections.
     */
    private static final Set<String> WORTH_WAITING = Set.of("08001", "08003", "08004", "08006", "57P03", "53300");

    private ServerCheck() {}

    /**
     * Returns when the server answers and is fit.
     *
     * @param timeout how long a server that does not answer is waited for
     * @throws StartProblem if it does not answer in time, refuses the login, is too old, or could lose commits
     */
    static void await(DatabaseUrl url, Duration timeout) {
        long start = System.nanoTime();
        long nextReport = 0;
        while (true) {
            try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.username(), url.password())) {
                check(url, connection);
                return;
            } catch (SQLException e) {
                long waited = System.nanoTime() - start;
                if (!WORTH_WAITING.contains(String.valueOf(e.getSQLState()))) {
                    throw refused(url, e);
                }
                if (waited >= timeout.toNanos()) {
                    throw new StartProblem(
                            "PostgreSQL at %s did not answer within %d s: %s"
                                    .formatted(url, timeout.toSeconds(), e.getMessage()),
                            "Start that server, correct GRAPEVINE_DB_URL, or wait longer with GRAPEVINE_DB_START_TIMEOUT.",
                            e);
                }
                if (waited >= nextReport) {
                    nextReport += REPORT.toNanos();
                    LOG.info(
                            "Waiting for PostgreSQL at {} for up to {} s: {}",
                            url,
                            timeout.toSeconds() - Duration.ofNanos(waited).toSeconds(),
                            e.getMessage());
                }
            }
            pause();
        }
    }

    private static void check(DatabaseUrl url, Connection connection) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_VERSION) {
            throw new StartProblem(
                    "PostgreSQL at %s has version %d; Grapevine needs %d or later."
                            .formatted(url, version, OLDEST_VERSION),
                    "Upgrade that server.");
        }
        for (String setting : DURABILITY) {
            if (setting(connection, setting).equals("off")) {
                throw new StartProblem(
                        "PostgreSQL at %s runs with %s = off: after a crash, profiles that were answered as published could be lost."
                                .formatted(url, setting),
                        ("Set %s = on in its postgresql.conf (and on no role or database otherwise) and reload it:"
                                        + " ALTER SYSTEM SET %s = on; SELECT pg_reload_conf();")
                                .formatted(setting, setting));
            }
        }
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + name)) {
            result.next();
            return result.getString(1);
        }
    }

    private static StartProblem refused(DatabaseUrl url, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String action = switch (state) {
            case "28P01", "28000" -> "Correct user and password in GRAPEVINE_DB_URL.";
            case "3D000" -> "Create the database (CREATE DATABASE), or correct its name in GRAPEVINE_DB_URL.";
            default -> "Correct GRAPEVINE_DB_URL or the server's settings.";
        };
        return new StartProblem("PostgreSQL at %s refused: %s".formatted(url, e.getMessage()), action, e);
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for PostgreSQL", e);
        }
    }
}
