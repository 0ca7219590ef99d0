package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import dev.grapevine.cli.Roster.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A node joins late and pulls a long log from the node that wrote it, which goes on publishing; then the same server of
 * PostgreSQL takes the same rows by plain COPY into the same tables of a fresh database.
 */
final class CatchUpBench {

    private static final int PEOPLE_A_ROSTER = 50_000;
    private static final int ROWS_IN_MEMORY = 50_000;
    private static final int WARM_UP_SECONDS = 20;
    private static final int EVENTS_A_LINE = 100_000;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration STALL = Duration.ofMinutes(2);
    private static final long SEED = 1;
    private static final String[] NONE = {};

    private final Nodes nodes;
    private final int events;
    private final int rate;
    private final boolean profile;

    CatchUpBench(Nodes nodes, int events, int rate, boolean profile) {
        this.nodes = nodes;
        this.events = events;
        this.rate = rate;
        this.profile = profile;
    }

    /** CPU seconds of both nodes and their databases. */
    private record Cpu(double source, double sourcePostgres, double joiner, double joinerPostgres) {

        static Cpu beforeTheJoiner(Node source) throws IOException {
            return new Cpu(Usage.cpuSeconds(List.of(source.pid())), Usage.cpuSeconds(source.postgresPids()), 0, 0);
        }

        static Cpu of(Node source, Node joiner) throws IOException {
            Cpu ofSource = beforeTheJoiner(source);
            return new Cpu(
                    ofSource.source,
                    ofSource.sourcePostgres,
                    Usage.cpuSeconds(List.of(joiner.pid())),
                    Usage.cpuSeconds(joiner.postgresPids()));
        }
    }

    void run(Report report) throws IOException, InterruptedException, SQLException {
        Path sourceRecording = nodes.directory().resolve("source.jfr");
        Path joinerRecording = nodes.directory().resolve("joiner.jfr");
        Node source = profile ? nodes.start(CpuProfile.javaOption(sourceRecording)) : nodes.start();
        fill(source);
        PostLoad load = new PostLoad(source, rate);
        Report.progress("Publishing %d a second; the joiner starts in %d s.", rate, WARM_UP_SECONDS);
        Thread.sleep(Duration.ofSeconds(WARM_UP_SECONDS));
        long begin = System.currentTimeMillis();
        Node joiner = nodes.add();
        double perSecond = catchUp(
                report, source, joiner, load, profile ? new String[] {CpuProfile.javaOption(joinerRecording)} : NONE);
        load.stop();
        copy(report, joiner, perSecond);
        if (profile) {
            source.stop();
            joiner.stop();
            report.remark("The source\n" + CpuProfile.summary(sourceRecording, begin));
            report.remark("The joiner\n" + CpuProfile.summary(joinerRecording, begin));
        }
    }

    private void fill(Node source) throws IOException {
        Report.progress("Importing %,d people.", events);
        List<Person> people = Roster.of(Math.min(events, PEOPLE_A_ROSTER), SEED);
        for (int done = 0; done < events; done += PEOPLE_A_ROSTER) {
            String prefix = "r" + done / PEOPLE_A_ROSTER + ".";
            RosterUpload.send(
                    source,
                    people.subList(0, Math.min(people.size(), events - done)).stream()
                            .map(person -> person.named(prefix + person.username()))
                            .toList());
        }
    }

    /** @return events a second */
    private double catchUp(Report report, Node source, Node joiner, PostLoad load, String[] javaOptions)
            throws IOException, InterruptedException, SQLException {
        Cpu before = Cpu.beforeTheJoiner(source);
        Map<String, Double> sourceThreads = Usage.threadSeconds(source.pid());
        long begin = System.nanoTime();
        joiner.start(javaOptions);
        joiner.awaitReady();
        try (Connection database = joiner.database()) {
            long head = awaitHead(joiner, database);
            long end = System.nanoTime();
            double seconds = System.currentTimeMillis() / 1e3 - firstReceived(database);
            Cpu after = Cpu.of(source, joiner);
            long[] latencies = load.latencies(begin, end);
            report.version("postgres", database.getMetaData().getDatabaseProductVersion());
            report.figure("events_per_s", head / seconds, "events/s from the first batch to the commit of the last");
            report.figure("rss_mib", Usage.peakRssMib(joiner.pid()), "MiB resident at the most, the joiner's process");
            report.figure("publish_p50_ms", Stats.millis(latencies, 0.50), "ms from when a POST was due until its 201");
            report.figure("publish_p99_ms", Stats.millis(latencies, 0.99), "ms, on the node that the log comes from");
            report.figure("published", latencies.length, "profiles meanwhile, " + rate + " a second");
            report.figure("publish_failures", load.failures(), "answers other than 201");
            cpu(report, "joiner", after.joiner - before.joiner, after.joinerPostgres - before.joinerPostgres, head);
            cpu(report, "source", after.source - before.source, after.sourcePostgres - before.sourcePostgres, head);
            if (profile) {
                report.remark("The source\n" + CpuProfile.threads(sourceThreads, Usage.threadSeconds(source.pid())));
                report.remark("The joiner\n" + CpuProfile.threads(Map.of(), Usage.threadSeconds(joiner.pid())));
            }
            return head / seconds;
        }
    }

    private static void cpu(Report report, String side, double node, double postgres, long events) {
        report.figure(side + "_cpu_us", node / events * 1e6, "µs of CPU an event, the " + side + ", JIT included");
        report.figure(side + "_postgres_cpu_us", postgres / events * 1e6, "µs of CPU an event, its database");
    }

    /** Waits until the joiner has all events that there were. @return how far it is by then */
    private long awaitHead(Node joiner, Connection database) throws IOException, InterruptedException, SQLException {
        long begin = System.nanoTime();
        long progressed = begin;
        long head = -1;
        while (head < events) {
            Thread.sleep(POLL);
            long now = (long) number(database, "SELECT COALESCE(max(head_sequence), -1) FROM issuers WHERE id > 1");
            if (now > head) {
                progressed = System.nanoTime();
            } else if (System.nanoTime() - progressed > STALL.toNanos()) {
                throw new IOException("the joiner stands still at " + head + "\n" + joiner.log());
            }
            if (now / EVENTS_A_LINE > head / EVENTS_A_LINE) {
                Report.progress("%,d events after %.1f s", now, (System.nanoTime() - begin) / 1e9);
            }
            head = now;
        }
        return head;
    }

    private static double firstReceived(Connection database) throws SQLException {
        return number(database, "SELECT extract(epoch FROM min(received_at)) FROM events WHERE issuer > 1");
    }

    private static double number(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getDouble(1);
        }
    }

    private void copy(Report report, Node joiner, double caughtUpPerSecond) throws IOException, SQLException {
        Report.progress("The same rows by COPY.");
        try (Connection source = joiner.database();
                Connection target = freshDatabase(joiner)) {
            long issuer = (long) number(source, "SELECT id FROM issuers WHERE id > 1");
            RowCopy copy = new RowCopy(source, target, RowCopy.RECEIVED, issuer);
            double seconds = 0;
            double cpuSeconds = 0;
            double batch = 0;
            for (int done = 0; done < events; done += ROWS_IN_MEMORY) {
                batch = copy.read(done, Math.min(ROWS_IN_MEMORY, events - done));
                double before = Usage.cpuSeconds(joiner.postgresPids());
                seconds += copy.write();
                cpuSeconds += Usage.cpuSeconds(joiner.postgresPids()) - before;
            }
            double copiedPerSecond = events / seconds;
            report.figure("copy_per_s", copiedPerSecond, "events/s: the same rows by COPY alone");
            report.figure("ratio_to_copy", copiedPerSecond / caughtUpPerSecond, "times as long as COPY alone");
            report.figure("copy_postgres_cpu_us", cpuSeconds / events * 1e6, "µs of CPU an event below COPY alone");
            report.figure("batch", batch, "events a transaction, on both sides");
            report.figure("events", events, "in the log when the joiner came");
        }
    }

    /** A database of the same server with the same tables, all empty. */
    private static Connection freshDatabase(Node node) throws IOException, SQLException {
        try (Connection database = node.database();
                Statement statement = database.createStatement()) {
            statement.execute("CREATE DATABASE copied");
        }
        Connection copied = node.database("copied");
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("bench.home"), "db/migrations"));
                Statement statement = copied.createStatement()) {
            for (Path file :
                    files.sorted(Comparator.comparingInt(CatchUpBench::version)).toList()) {
                statement.execute(Files.readString(file));
            }
        }
        return copied;
    }

    private static int version(Path migration) {
        String name = migration.getFileName().toString();
        return Integer.parseInt(name.substring(1, name.indexOf("__")));
    }
}
