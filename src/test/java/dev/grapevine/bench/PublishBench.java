package dev.grapevine.bench;

import dev.grapevine.cli.Roster;
import dev.grapevine.cli.Roster.Person;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Imports people on one node, and beside it has the same PostgreSQL take the same rows by plain COPY, in batches of the size
 * that the node made: what a publisher could reach that had nothing to do but to store.
 */
final class PublishBench {

    private static final int WARM_UP_PEOPLE = 20_000;
    private static final long SEED = 1;

    /** A node's own issuer is the first that its database has. */
    private static final long OWN_ISSUER = 1;

    private final Nodes nodes;
    private final int people;
    private final int rounds;
    private final boolean profile;

    PublishBench(Nodes nodes, int people, int rounds, boolean profile) {
        this.nodes = nodes;
        this.people = people;
        this.rounds = rounds;
        this.profile = profile;
    }

    /** What one round measured: rates a second, CPU microseconds a profile, profiles a transaction. */
    private record Round(
            double published, double copied, double nodeCpu, double postgresCpu, double copyCpu, double batch) {}

    void run(Report report) throws IOException, InterruptedException, SQLException {
        Path recording = nodes.directory().resolve("node.jfr");
        Node node = profile ? nodes.start(CpuProfile.javaOption(recording)) : nodes.start();
        List<Person> all = Roster.of(WARM_UP_PEOPLE + rounds * people, SEED);
        List<Round> results = new ArrayList<>();
        try (Connection database = node.database()) {
            RowCopy copy = new RowCopy(database, database, RowCopy.PUBLISHED, OWN_ISSUER);
            report.version("postgres", database.getMetaData().getDatabaseProductVersion());
            Report.progress("Warming up with %,d people.", WARM_UP_PEOPLE);
            round(node, copy, all.subList(0, WARM_UP_PEOPLE));
            long begin = System.currentTimeMillis();
            Map<String, Double> threadsBefore = Usage.threadSeconds(node.pid());
            for (int i = 0; i < rounds; i++) {
                int from = WARM_UP_PEOPLE + i * people;
                Round round = round(node, copy, all.subList(from, from + people));
                results.add(round);
                Report.progress("Round %d: %,.0f published/s, %,.0f copied/s", i + 1, round.published, round.copied);
            }
            report(report, results, copy);
            if (profile) {
                report.remark(CpuProfile.threads(threadsBefore, Usage.threadSeconds(node.pid())));
                node.stop();
                report.remark(CpuProfile.summary(recording, begin));
            }
        }
    }

    private static Round round(Node node, RowCopy copy, List<Person> people) throws IOException, SQLException {
        double count = people.size();
        long head = copy.head();
        double nodeBefore = Usage.cpuSeconds(List.of(node.pid()));
        double postgresBefore = Usage.cpuSeconds(node.postgresPids());
        double publishing = RosterUpload.send(node, people);
        double nodeCpu = Usage.cpuSeconds(List.of(node.pid())) - nodeBefore;
        double postgresCpu = Usage.cpuSeconds(node.postgresPids()) - postgresBefore;
        int batch = copy.read(head, people.size());
        double copyBefore = Usage.cpuSeconds(node.postgresPids());
        double copying = copy.write();
        double copyCpu = Usage.cpuSeconds(node.postgresPids()) - copyBefore;
        return new Round(
                count / publishing,
                count / copying,
                nodeCpu / count * 1e6,
                postgresCpu / count * 1e6,
                copyCpu / count * 1e6,
                batch);
    }

    private void report(Report report, List<Round> results, RowCopy copy) {
        double published = median(results, Round::published);
        report.figure("durable_per_s", published, "profiles/s by import: event, profile and credential committed");
        report.figure("postgres_per_s", median(results, Round::copied), "profiles/s: the same rows by COPY alone");
        report.figure(
                "ratio_to_postgres",
                median(results, round -> round.published() / round.copied()),
                "of that limit; median of the rounds' ratios");
        report.figure("node_cpu_us", median(results, Round::nodeCpu), "µs of CPU a profile, the node");
        report.figure(
                "postgres_cpu_us",
                median(results, Round::postgresCpu),
                "µs of CPU a profile, PostgreSQL below the node");
        report.figure(
                "copy_postgres_cpu_us",
                median(results, Round::copyCpu),
                "µs of CPU a profile, PostgreSQL below COPY alone");
        report.figure("batch", median(results, Round::batch), "profiles a transaction, on both sides");
        report.figure("row_bytes", copy.bytesPerProfile(), "bytes a profile in the three tables, as COPY carries them");
        report.figure("people", people, "a round, after a warm-up of " + WARM_UP_PEOPLE);
        report.figure("rounds", rounds, "medians count");
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Stats.median(rounds.stream().map(figure::applyAsDouble).toList());
    }
}
