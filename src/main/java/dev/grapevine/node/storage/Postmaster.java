package dev.grapevine.node.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code postmaster.pid} says of the server of one cluster. Its lines (PostgreSQL, {@code src/include/utils/pidfile.h}):
 * process id, data directory, start time, port, socket directory, listen address, shared memory key, status.
 */
final class Postmaster {

    /** No server runs. */
    static final int NONE = -1;

    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;
    /** Linux counts to 4,194,304, macOS to 99,998. */
    private static final String IMPOSSIBLE_PID = Integer.toString(Integer.MAX_VALUE);

    private static final Duration POLL = Duration.ofMillis(50);

    private Postmaster() {}

    /**
     * Waits until the cluster's server, if one runs, is ready, or has ended.
     *
     * @return the port of the running server, or {@link #NONE}
     * @throws IOException if it is neither within the timeout
     */
    static int adopt(Path cluster, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (isRunning(cluster)) {
            List<String> lines = read(cluster);
            if (lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready")) {
                return Integer.parseInt(lines.get(PORT_LINE).strip());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the server of process " + lines.getFirst() + " is not ready");
            }
            pause();
        }
        disown(cluster);
        return NONE;
    }

    /** Whether the process of the pid file lives and is a PostgreSQL server. */
    static boolean isRunning(Path cluster) throws IOException {
        List<String> lines = read(cluster);
        if (lines.isEmpty()) {
            return false;
        }
        return ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).strip()))
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command())
                .filter(command -> Path.of(command).endsWith("postgres"))
                .isPresent();
    }

    /**
     * Where the file of a dead server names a process id that another program bears by now (common in containers), PostgreSQL
     * would refuse to start. The file itself must stay: its shared memory key shows leftover backends.
     */
    private static void disown(Path cluster) throws IOException {
        List<String> lines = new ArrayList<>(read(cluster));
        if (!lines.isEmpty()) {
            lines.set(PID_LINE, IMPOSSIBLE_PID);
            WholeFile.write(file(cluster), String.join("\n", lines) + "\n");
        }
    }

    private static List<String> read(Path cluster) throws IOException {
        try {
            return Files.readAllLines(file(cluster));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static Path file(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for PostgreSQL", e);
        }
    }
}
