package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCheckIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    static Path parent;

    private static DataDirectory directory;
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() {
        directory = DataDirectory.lock(parent);
        server = EmbeddedPostgres.start(directory, new SecureRandom());
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        directory.close();
    }

    @AfterEach
    void reset() throws SQLException {
        execute("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()", "ALTER ROLE grapevine RESET ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void refusesAServerThatCouldLoseCommits(String setting) throws SQLException {
        execute("ALTER SYSTEM SET " + setting + " = off", "SELECT pg_reload_conf()");

        // The server reads its settings again a moment after it was told to.
        assertThatThrownBy(() -> {
                    long deadline = System.nanoTime() + TIMEOUT.toNanos();
                    while (System.nanoTime() < deadline) {
                        ServerCheck.await(server.url(), TIMEOUT);
                    }
                })
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining(setting + " = off")
                .extracting(e -> ((StartProblem) e).remedy())
                .asString()
                .contains("ALTER SYSTEM SET " + setting + " = on");
    }

    @Test
    void refusesARoleThatCouldLoseCommits() throws SQLException {
        execute("ALTER ROLE grapevine SET synchronous_commit = off");

        assertThatThrownBy(() -> ServerCheck.await(server.url(), TIMEOUT))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("synchronous_commit = off");
    }

    @Test
    void saysThatTheDatabaseDoesNotExist() {
        assertThatThrownBy(() -> ServerCheck.await(at(server.url().port(), "nowhere"), TIMEOUT))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("\"nowhere\" does not exist");
    }

    @Test
    void givesUpOnASilentServerInTime() throws IOException {
        int port = freePort();

        assertThatThrownBy(() -> ServerCheck.await(at(port, "postgres"), Duration.ofSeconds(1)))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("127.0.0.1:%d/postgres did not answer within 1 s".formatted(port));
    }

    @Test
    void waitsForAServerThatStartsLater() throws Exception {
        int port = freePort();
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                () -> ServerCheck.await(at(port, "postgres"), TIMEOUT), Thread::startVirtualThread);
        assertThat(waiting).isNotDone();

        try (ServerSocket door = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.startVirtualThread(() -> letIn(door));

            assertThat(waiting).succeedsWithin(TIMEOUT);
        }
    }

    @Test
    void bringsTheSchemaUpToDateOnceForManyNodesThatStartTogether() throws SQLException {
        execute("CREATE DATABASE shared");
        DatabaseUrl url = at(server.url().port(), "shared");

        CompletableFuture<Void> one =
                CompletableFuture.runAsync(() -> Database.configured(url, TIMEOUT), Thread::startVirtualThread);
        CompletableFuture<Void> two =
                CompletableFuture.runAsync(() -> Database.configured(url, TIMEOUT), Thread::startVirtualThread);

        assertThat(CompletableFuture.allOf(one, two)).succeedsWithin(TIMEOUT);
    }

    private static DatabaseUrl at(int port, String database) {
        DatabaseUrl url = server.url();
        return new DatabaseUrl(url.host(), port, database, url.username(), url.password(), url.sslMode(), null);
    }

    /** Joins the first caller to the server. */
    private static void letIn(ServerSocket door) {
        try (Socket caller = door.accept();
                Socket called = new Socket(
                        InetAddress.ofLiteral("127.0.0.1"), server.url().port())) {
            Thread.startVirtualThread(() -> copy(caller, called));
            copy(called, caller);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of the two is gone, and with it the conversation
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static void execute(String... statements) throws SQLException {
        DatabaseUrl url = server.url();
        try (Connection connection = DriverManager.getConnection(url.jdbcUrl(), url.username(), url.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
