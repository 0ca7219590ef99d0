package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path parent;

    private DataDirectory directory;

    @BeforeEach
    void lock() {
        directory = DataDirectory.lock(parent.resolve("a node's data"));
    }

    @AfterEach
    void unlock() throws IOException {
        directory.close();
    }

    @Test
    void keepsWhatItAcknowledged() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            ServerCheck.await(server.url(), TIMEOUT);
            assertThat(query(server.url(), "SHOW fsync")).isEqualTo("on");
            assertThat(query(server.url(), "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(server.url(), "SHOW full_page_writes")).isEqualTo("on");
            assertThat(query(server.url(), "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void listensOnLoopbackAloneAndAsksForThePassword() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            DatabaseUrl url = server.url();
            assertThat(query(url, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(url, "SHOW unix_socket_directories")).isEmpty();
            Path password = directory.path().resolve("postgres-password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                    .isEqualTo("rw-------");

            assertThatThrownBy(() -> ServerCheck.await(withPassword(url, "wrong"), TIMEOUT))
                    .isInstanceOf(StartProblem.class)
                    .hasMessageContaining("password authentication failed")
                    .extracting(e -> ((StartProblem) e).remedy())
                    .isEqualTo("Correct user and password in GRAPEVINE_DB_URL.");
        }
    }

    @Test
    void stopsWhenClosedAndHasItsDataWhenStartedAgain() throws Exception {
        DatabaseUrl before;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            before = server.url();
            query(before, "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        assertThatThrownBy(() -> query(before, "SELECT 1")).isInstanceOf(SQLException.class);

        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            assertThat(query(server.url(), "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void takesOverTheServerOfAKilledNode() throws Exception {
        directory.close();
        Process node = otherNode();
        String said;
        try (BufferedReader out = node.inputReader()) {
            said = out.readLine();
        }
        int itsPort = Integer.parseInt(said);
        node.destroyForcibly().waitFor();
        lock();

        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            assertThat(server.url().port()).isEqualTo(itsPort);
            assertThat(query(server.url(), "SELECT answer FROM kept")).isEqualTo("42");
        }
        assertThat(Postmaster.isRunning(directory.path().resolve("postgres"))).isFalse();
    }

    @Test
    void refusesTheDirectoryOfARunningNode() throws Exception {
        directory.close();
        Process node = otherNode();
        try (BufferedReader out = node.inputReader()) {
            out.readLine();

            assertThatThrownBy(this::lock)
                    .isInstanceOf(StartProblem.class)
                    .hasMessageContaining("process " + node.pid());
        } finally {
            node.getOutputStream().close(); // a normal exit, which stops its server
            node.waitFor();
        }
        assertThat(Postmaster.isRunning(parent.resolve("a node's data/postgres")))
                .isFalse();
    }

    @Test
    void startsAlthoughAnotherProgramBearsTheProcessIdOfTheDeadServer() throws Exception {
        EmbeddedPostgres.start(directory, RANDOM).close();
        Path cluster = directory.path().resolve("postgres");
        Files.write(
                cluster.resolve("postmaster.pid"),
                List.of(
                        Long.toString(ProcessHandle.current().pid()),
                        cluster.toString(),
                        "0",
                        "5432",
                        "",
                        "",
                        "",
                        "ready"));

        try (EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
            assertThat(query(server.url(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void saysWhatIsMissingWhenThePasswordIsGone() throws Exception {
        EmbeddedPostgres.start(directory, RANDOM).close();
        Files.delete(directory.path().resolve("postgres-password"));

        assertThatThrownBy(() -> EmbeddedPostgres.start(directory, RANDOM))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("postgres-password");
    }

    @Test
    void showsTheServersOwnWordsWhenItDoesNotStart() throws Exception {
        EmbeddedPostgres.start(directory, RANDOM).close();
        Files.writeString(directory.path().resolve("postgres/PG_VERSION"), "9.6\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(directory, RANDOM))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("incompatible");
    }

    private Process otherNode() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherNode.class.getName(),
                        parent.resolve("a node's data").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Holds a data directory and its server until its standard input ends; prints the server's port. */
    static final class OtherNode {

        private OtherNode() {}

        public static void main(String[] args) throws Exception {
            try (DataDirectory directory = DataDirectory.lock(Path.of(args[0]));
                    EmbeddedPostgres server = EmbeddedPostgres.start(directory, RANDOM)) {
                query(server.url(), "CREATE TABLE kept AS SELECT 42 AS answer");
                System.out.println(server.url().port());
                System.in.read();
            }
        }
    }

    private static DatabaseUrl withPassword(DatabaseUrl url, String password) {
        return new DatabaseUrl(
                url.host(), url.port(), url.database(), url.username(), password, url.sslMode(), url.sslRootCert());
    }

    private static String query(DatabaseUrl url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.username(), url.password());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
