package dev.grapevine.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The embedded PostgreSQL of a node, stopped from outside while the node goes on. */
final class LabDatabase {

    private static final long STOP_SECONDS = 30;
    private static final int UTIME = 14;
    private static final int STIME = 15;
    private static final int CSTIME = 17;
    private static final double TICKS_PER_SECOND = 100;

    /** For how long a node may tell of errors after its server was stopped. */
    private static final int AFTERMATH_SECONDS = 60;

    private final Path data;
    private final List<Outage> outages = new ArrayList<>();

    /** @param data the node's data directory */
    LabDatabase(Path data) {
        this.data = data;
    }

    /** When errors of the database are no surprise. */
    private record Outage(LocalTime from, LocalTime to) {

        boolean includes(LocalTime time) {
            boolean afterFrom = !time.isBefore(from);
            boolean beforeTo = !time.isAfter(to);
            return from.isBefore(to) ? afterFrom && beforeTo : afterFrom || beforeTo;
        }
    }

    boolean wasDownAt(LocalTime time) {
        return outages.stream().anyMatch(outage -> outage.includes(time));
    }

    /** Stops the server. The node has to start it again. */
    void stop(Fault.How how) throws IOException, InterruptedException {
        LocalTime now = LocalTime.now(ZoneId.systemDefault());
        outages.add(new Outage(now.minusSeconds(1), now.plusSeconds(AFTERMATH_SECONDS)));
        if (how == Fault.How.KILL) {
            kill();
            return;
        }
        Optional<ProcessHandle> server = postmaster();
        if (server.isPresent()) {
            String pid = String.valueOf(server.get().pid());
            if (new ProcessBuilder("kill", "-" + how.signal, pid).start().waitFor() != 0) {
                throw new IOException("cannot send SIG" + how.signal + " to process " + pid);
            }
            awaitEnd(server.get());
        }
    }

    /** {@code kill -9} of all its processes. */
    void kill() throws IOException, InterruptedException {
        Optional<ProcessHandle> server = postmaster();
        if (server.isPresent()) {
            List<ProcessHandle> backends = server.get().children().toList();
            server.get().destroyForcibly();
            backends.forEach(ProcessHandle::destroyForcibly);
            for (ProcessHandle backend : backends) {
                awaitEnd(backend);
            }
            awaitEnd(server.get());
        }
    }

    /** CPU time of the server that runs now, with all its processes. */
    double cpuSeconds() throws IOException {
        Optional<ProcessHandle> server = postmaster();
        if (server.isEmpty()) {
            return 0;
        }
        double seconds = ticks(server.get().pid(), CSTIME);
        for (ProcessHandle backend : server.get().children().toList()) {
            seconds += ticks(backend.pid(), STIME);
        }
        return seconds / TICKS_PER_SECOND;
    }

    /** Adds up the fields of {@code /proc/PID/stat} from user time to another one (manual page proc(5)). */
    private static long ticks(long pid, int lastField) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The second field is a name in brackets, which may have spaces in it.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = 0;
            for (int field = UTIME; field <= lastField; field++) {
                ticks += Long.parseLong(fields[field - 3]);
            }
            return ticks;
        } catch (IOException ended) {
            return 0;
        }
    }

    /** Changes rows behind the node's back. @return how many */
    int execute(String sql) throws IOException, SQLException {
        String port =
                Files.readAllLines(cluster().resolve("postmaster.pid")).get(3).strip();
        Properties login = new Properties();
        login.setProperty("user", "grapevine");
        login.setProperty(
                "password", Files.readString(data.resolve("postgres-password")).strip());
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static void awaitEnd(ProcessHandle process) throws IOException {
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IOException("process " + process.pid() + " does not end", e);
        }
    }

    /** Line 1 of the file is the process ({@code src/include/utils/pidfile.h} of PostgreSQL). */
    private Optional<ProcessHandle> postmaster() throws IOException {
        Path file = cluster().resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())));
        }
    }

    private Path cluster() {
        return data.resolve("postgres");
    }
}
