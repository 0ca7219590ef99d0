package dev.grapevine.node.storage;

import com.sun.security.auth.module.UnixSystem;
import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL in the data directory, for a node without a configured one. It listens on the loopback address alone,
 * on a port of the system's choice, and asks for a random password that stands in a file of mode 0600.
 *
 * <p>The server is a process of its own, in a session of its own: Ctrl-C on a terminal does not reach it, and it outlives a
 * node that is killed. The next node on this directory takes it over.
 */
final class EmbeddedPostgres implements ServerWatch.Server, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final String USER = "grapevine";
    private static final int PASSWORD_BYTES = 24;
    private static final int START_ATTEMPTS = 3;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PROGRAM_TIMEOUT = Duration.ofMinutes(2);
    private static final int LOG_LINES_SHOWN = 8;

    /**
     * Of SCRAM (RFC 5802, PBKDF2). They slow those down who guess passwords; nobody guesses one of 192 random bits, and a JVM that has just
     * started takes 0.1 s for the 4,096 that are usual, at each connection.
     */
    private static final String SCRAM_ITERATIONS = "scram_iterations=1";

    /** Durable above all; small, for a node shares its machine; quick to start. */
    private static final String SETTINGS = """
            # Written by Grapevine at every start.
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            password_encryption = 'scram-sha-256'
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            shared_buffers = 64MB
            max_connections = 100
            wal_level = minimal
            max_wal_senders = 0
            jit = off
            log_min_messages = log
            log_checkpoints = off
            timezone = 'UTC'
            lc_messages = 'C'
            """;

    private static final String HOST_ACCESS = """
            # Written by Grapevine at every start.
            host all %s 127.0.0.1/32 scram-sha-256
            """.formatted(USER);

    private final Path binaries;
    private final Path cluster;
    private final Path log;
    private final String password;
    private final int port;

    private EmbeddedPostgres(Path binaries, Path cluster, Path log, String password, int port) {
        this.binaries = binaries;
        this.cluster = cluster;
        this.log = log;
        this.password = password;
        this.port = port;
    }

    /**
     * Starts the server, making the database on first use, or takes over the one that a killed node left running.
     *
     * @param directory the node's locked data directory
     * @throws StartProblem if it does not start, with the last lines of its log
     */
    static EmbeddedPostgres start(DataDirectory directory, SecureRandom random) {
        Path cluster = directory.path().resolve("postgres");
        Path log = directory.path().resolve("postgres.log");
        try {
            Path binaries = PostgresBinaries.unpack(PostgresBinaries.cache(), directory.path());
            String password = password(directory.path().resolve("postgres-password"), cluster, random);
            if (!Files.exists(cluster)) {
                create(binaries, cluster, directory.path().resolve("postgres-password"), log);
            }
            int port = Postmaster.adopt(cluster, START_TIMEOUT);
            if (port == Postmaster.NONE) {
                port = launch(binaries, cluster, log);
            } else {
                LOG.info("Taking over the PostgreSQL server that an earlier node left running in {}", cluster);
            }
            return new EmbeddedPostgres(binaries, cluster, log, password, port);
        } catch (IOException e) {
            throw failed("cannot be set up in " + directory.path() + ": " + e, log, e);
        }
    }

    private static String password(Path file, Path cluster, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            if (Files.exists(cluster)) {
                throw new StartProblem(
                        "The password of the embedded PostgreSQL is missing: " + file + ".",
                        "Restore that file together with " + cluster + " from the same backup.");
            }
            byte[] secret = new byte[PASSWORD_BYTES];
            random.nextBytes(secret);
            WholeFile.write(file, Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n");
        }
        return Files.readString(file).strip();
    }

    /** Runs initdb beside the cluster's place and renames, so that a cluster that exists is whole. */
    private static void create(Path binaries, Path cluster, Path passwordFile, Path log) throws IOException {
        Path unfinished = cluster.resolveSibling("postgres.new");
        FileSystemUtils.deleteRecursively(unfinished);
        String output = run(
                binaries,
                "initdb",
                List.of(
                        "--pgdata=" + unfinished,
                        "--username=" + USER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--set=" + SCRAM_ITERATIONS,
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        "--no-instructions"));
        if (!Files.exists(unfinished.resolve("PG_VERSION"))) {
            throw failed("could not make a database: " + output.strip(), log, null);
        }
        Files.move(unfinished, cluster, StandardCopyOption.ATOMIC_MOVE);
    }

    /** @return the port that the server listens on */
    private static int launch(Path binaries, Path cluster, Path log) throws IOException {
        WholeFile.write(cluster.resolve("pg_hba.conf"), HOST_ACCESS);
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            WholeFile.write(cluster.resolve("postgresql.conf"), SETTINGS + "port = " + port + "\n");
            String output = launchAsConfigured(binaries, cluster, log);
            if (Postmaster.adopt(cluster, START_TIMEOUT) == port) {
                return port;
            }
            // Another program may have taken the port meanwhile.
            if (attempt == START_ATTEMPTS) {
                throw failed("did not start: " + output.strip(), log, null);
            }
        }
    }

    /** The log begins anew; the one before stays beside it, for it may say why the server ended. */
    private static String launchAsConfigured(Path binaries, Path cluster, Path log) throws IOException {
        if (Files.exists(log)) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".old"), StandardCopyOption.REPLACE_EXISTING);
        }
        return run(
                binaries,
                "pg_ctl",
                List.of(
                        "start",
                        "--wait",
                        "--timeout=" + START_TIMEOUT.toSeconds(),
                        "--pgdata=" + cluster,
                        "--log=" + log));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public boolean isRunning() throws IOException {
        return Postmaster.isRunning(cluster);
    }

    /** On the same port, where everybody looks for it; nothing is written for this, the disk may be full. */
    @Override
    public void startAgain() throws IOException {
        if (Postmaster.adopt(cluster, START_TIMEOUT) != Postmaster.NONE) {
            return;
        }
        String output = launchAsConfigured(binaries, cluster, log);
        if (Postmaster.adopt(cluster, START_TIMEOUT) == Postmaster.NONE) {
            throw new IOException("The embedded PostgreSQL does not start: " + lastWords(log, output));
        }
    }

    /** The server's last line, or else what pg_ctl said. */
    private static String lastWords(Path log, String output) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return lines.isEmpty() ? output.strip() : lines.getLast().strip() + " (see " + log + ")";
    }

    /** Where the database is and how to log in. */
    DatabaseUrl url() {
        return new DatabaseUrl("127.0.0.1", port, "postgres", USER, password, "disable", null);
    }

    /** Stops the server: open transactions are rolled back, everything committed is on disk. */
    @Override
    public void close() throws IOException {
        String output = stop("fast");
        if (Postmaster.isRunning(cluster)) {
            // Immediate means recovery at the next start; nothing committed is lost.
            output += stop("immediate");
        }
        if (Postmaster.isRunning(cluster)) {
            LOG.warn("The embedded PostgreSQL in {} did not stop: {} (see {})", cluster, output.strip(), log);
        }
    }

    private String stop(String mode) throws IOException {
        return run(
                binaries,
                "pg_ctl",
                List.of(
                        "stop",
                        "--wait",
                        "--timeout=" + STOP_TIMEOUT.toSeconds(),
                        "--mode=" + mode,
                        "--pgdata=" + cluster));
    }

    /**
     * Runs one of PostgreSQL's programs to its end. They refuse root; so root runs them in a user namespace of its own,
     * where it is nobody, while its files stay its own.
     *
     * @return what it printed
     */
    private static String run(Path binaries, String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (new UnixSystem().getUid() == 0) {
            command.addAll(List.of("unshare", "--user"));
        }
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PROGRAM_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(program + " did not end within " + PROGRAM_TIMEOUT);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", e);
        } finally {
            process.destroy();
        }
    }

    private static StartProblem failed(String what, Path log, @Nullable Throwable cause) {
        String tail = "";
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            tail = String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            tail = "(" + log + " cannot be read: " + e + ")";
        }
        return new StartProblem(
                "The embedded PostgreSQL " + what + (tail.isEmpty() ? "" : "\n" + tail),
                "Mend the cause, or run a PostgreSQL of your own and name it with GRAPEVINE_DB_URL."
                        + " (As root the embedded one needs 'unshare --user'; as an ordinary user it needs nothing.)",
                cause == null ? new IOException(what) : cause);
    }
}
