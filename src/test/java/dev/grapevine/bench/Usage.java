package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What processes use, as Linux tells in {@code /proc} (manual page proc(5)). */
final class Usage {

    /** {@code sysconf(_SC_CLK_TCK)}, which is 100 on every Linux that there is. */
    private static final double TICKS_PER_SECOND = 100;

    /** Fields of {@code /proc/PID/stat}, from 1: user time, system time, and then both of children that have ended. */
    private static final int UTIME = 14;

    private static final int STIME = 15;
    private static final int CSTIME = 17;

    private Usage() {}

    /** CPU seconds used so far, by these processes and by their children that have ended. */
    static double cpuSeconds(Collection<Long> pids) throws IOException {
        double seconds = 0;
        for (long pid : pids) {
            try {
                seconds += cpuSeconds(Path.of("/proc/" + pid + "/stat"), CSTIME);
            } catch (NoSuchFileException ended) {
                // its parent's account has it
            }
        }
        return seconds;
    }

    /** CPU seconds used so far by the threads of a process that still run, by their names without numbers. */
    static Map<String, Double> threadSeconds(long pid) throws IOException {
        Map<String, Double> seconds = new HashMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String name =
                            Files.readString(thread.resolve("comm")).strip().replaceAll("[- ]*\\d+$", "");
                    seconds.merge(name, cpuSeconds(thread.resolve("stat"), STIME), Double::sum);
                } catch (NoSuchFileException ended) {
                    // what it used is lost
                }
            }
        }
        return seconds;
    }

    /** Adds up user time and whatever follows it up to a field. */
    private static double cpuSeconds(Path stat, int lastField) throws IOException {
        String line = Files.readString(stat);
        // The second field is a name that may have spaces in it, in brackets; the first after it is the third.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int field = UTIME; field <= lastField; field++) {
            ticks += Long.parseLong(fields[field - 3]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Resident memory of a process, in MiB. */
    static double rssMib(long pid) throws IOException {
        return kib(Path.of("/proc/" + pid + "/status"), "VmRSS:") / 1024;
    }

    /** The most memory that was resident of a process at any time, in MiB. */
    static double peakRssMib(long pid) throws IOException {
        return kib(Path.of("/proc/" + pid + "/status"), "VmHWM:") / 1024;
    }

    /** Resident memory of a process in MiB, where pages shared by n processes count as a nth. */
    static double pssMib(long pid) throws IOException {
        return kib(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:") / 1024;
    }

    private static double kib(Path file, String field) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
