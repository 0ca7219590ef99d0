package dev.grapevine.bench;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.SignedEvent;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * Two nodes hold the logs of many issuers, and compare their frontiers: when they are equal, and when one issuer has said more on
 * one node. What counts are the bytes of the streams of the sync protocol, both ways, negotiation included.
 */
final class FrontierBench {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);

    /** Rounds beyond those that count, where a node compared a second time before it was asked for its figures. */
    private static final int MAX_DISTURBED = 5;

    private static final String BYTES = "grapevine_sync_bytes_total\\{[^}]*request=\"frontier\"[^}]*}";
    private static final String COMPARISONS = "grapevine_sync_comparison_seconds_count";
    private static final String COMPARISON_SECONDS = "grapevine_sync_comparison_seconds_sum";
    private static final String BEHIND = "grapevine_sync_issuers_behind";

    private final Nodes nodes;
    private final int issuers;
    private final int rounds;
    private final List<PrivateKey> keys = new ArrayList<>();
    private final List<SignedEvent> heads = new ArrayList<>();
    private final long madeAtMillis = System.currentTimeMillis();

    FrontierBench(Nodes nodes, int issuers, int rounds) {
        this.nodes = nodes;
        this.issuers = issuers;
        this.rounds = rounds;
    }

    /** The first comparison of a node that has just started. */
    private record Comparison(double bytes, double millis) {

        @Override
        public String toString() {
            return "%.0f bytes".formatted(bytes);
        }
    }

    void run(Report report) throws IOException, InterruptedException, SQLException {
        Node here = nodes.start();
        Node there = nodes.start();
        here.awaitPeer();
        there.awaitPeer();
        Report.progress("Signing the logs of %,d issuers.", issuers);
        for (int i = 0; i < issuers; i++) {
            keys.add(PrivateKey.ofSeed(ByteBuffer.allocate(32).putInt(i).array()));
            heads.add(described(i, 0, Optional.empty()));
        }
        fill(here);
        fill(there);
        here.stop();
        there.stop();
        here.start();
        here.awaitReady();
        List<Comparison> equal = new ArrayList<>();
        List<Comparison> differing = new ArrayList<>();
        for (int round = 0; equal.size() < rounds || differing.size() < rounds; round++) {
            if (round == rounds + MAX_DISTURBED) {
                throw new IOException("the machine is too slow: nodes compare twice before they can be asked");
            }
            compare(there, false).ifPresent(equal::add);
            say(here, round);
            compare(there, true).ifPresent(differing::add);
            Report.progress("Round %d: %s, and %s where one differs.", round + 1, equal, differing);
        }
        report.figure(
                "equal_bytes", median(equal.stream().map(Comparison::bytes).toList()), "bytes, both ways");
        report.figure("equal_ms", median(equal.stream().map(Comparison::millis).toList()), "ms");
        report.figure(
                "one_differs_bytes",
                median(differing.stream().map(Comparison::bytes).toList()),
                "bytes until it is found, both ways; its events are fetched apart");
        report.figure(
                "one_differs_ms",
                median(differing.stream().map(Comparison::millis).toList()),
                "ms");
        report.figure("rss_mib", Usage.rssMib(here.pid()), "MiB resident, a node that holds these heads");
        report.figure("issuers", issuers + 2, "on each node");
        report.remark("Medians of " + rounds + " starts of one node, each with its first comparison: the JVM is cold,"
                + " and the times are those of such a node.");
    }

    private static double median(List<Double> values) {
        return Stats.median(values);
    }

    /**
     * Starts the node and waits until it has compared and fetched what is missing; stops it again.
     *
     * @return empty if it had compared more than once by then, whose bytes nobody can tell apart
     */
    private static Optional<Comparison> compare(Node node, boolean differs)
            throws IOException, InterruptedException, SQLException {
        double before;
        node.start();
        node.awaitReady();
        try (Connection database = node.database()) {
            before = heads(database);
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (node.metric(COMPARISONS) < 1
                    || node.metric(BEHIND) > 0
                    || (differs && heads(database) == before && System.nanoTime() < deadline)) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the nodes have not compared their frontiers\n" + node.log());
                }
                Thread.sleep(POLL);
            }
        }
        double comparisons = node.metric(COMPARISONS);
        Comparison comparison = new Comparison(node.metric(BYTES), node.metric(COMPARISON_SECONDS) * 1e3);
        node.stop();
        return comparisons == 1 ? Optional.of(comparison) : Optional.empty();
    }

    private static double heads(Connection database) throws SQLException {
        try (Statement statement = database.createStatement();
                var result = statement.executeQuery("SELECT sum(head_sequence) FROM issuers")) {
            result.next();
            return result.getDouble(1);
        }
    }

    private SignedEvent described(int issuer, long sequence, Optional<Hash> previous) {
        PrivateKey key = keys.get(issuer);
        Change change = new Change.IssuerDescribed(
                "Issuer " + issuer, Optional.empty(), Hash.of(key.publicKey().encoded()));
        ProfileEvent event = new ProfileEvent(new IssuerId(key.publicKey()), sequence, previous, madeAtMillis, change);
        return SignedEvent.sign(event, key, nodes.network());
    }

    /** Writes all logs, of one event each. */
    private void fill(Node node) throws IOException, SQLException {
        Report.progress("Writing them into a database.");
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < issuers; i++) {
            SignedEvent head = heads.get(i);
            String key = hex(keys.get(i).publicKey().encoded());
            String digest = hex(Hash.of(keys.get(i).publicKey().encoded()).bytes());
            rows.append(String.join(
                            "\t",
                            head.issuer().did(),
                            "Issuer " + i,
                            digest,
                            key,
                            hex(head.hash().bytes()),
                            hex(head.encoded())))
                    .append("\n");
        }
        try (Connection database = node.database();
                Statement statement = database.createStatement()) {
            database.setAutoCommit(false);
            statement.execute("CREATE TEMP TABLE made (did text, name text, recovery bytea, key bytea, hash bytea,"
                    + " envelope bytea)");
            database.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY made FROM STDIN", new StringReader(rows.toString()));
            String madeAt = "to_timestamp(" + madeAtMillis + " / 1000.0)";
            statement.execute("INSERT INTO issuers (did, name, recovery_key_digest, current_key, head_sequence,"
                    + " head_hash, head_occurred_at, first_seen_at)"
                    + " SELECT did, name, recovery, key, 0, hash, " + madeAt + ", now() FROM made");
            statement.execute("INSERT INTO events (issuer, sequence, received_at, signature_checked, hash, envelope)"
                    + " SELECT i.id, 0, now(), true, m.hash, m.envelope FROM made m JOIN issuers i USING (did)");
            database.commit();
        }
    }

    private static String hex(byte[] bytes) {
        return "\\\\x" + HexFormat.of().formatHex(bytes);
    }

    /** One issuer says something more, and the node hears of it as if another instance on its database had taken it in. */
    private void say(Node node, int issuer) throws IOException, SQLException, InterruptedException {
        SignedEvent event = described(issuer, 1, Optional.of(heads.get(issuer).hash()));
        try (Connection database = node.database();
                PreparedStatement statement = database.prepareStatement("WITH grown AS (UPDATE issuers SET"
                        + " head_sequence = 1, head_hash = ? WHERE did = ? RETURNING id), written AS (INSERT INTO events"
                        + " (issuer, sequence, received_at, signature_checked, hash, envelope)"
                        + " SELECT id, 1, now(), true, ?, ? FROM grown),"
                        + " counted AS (UPDATE last_change SET id = id + 1 RETURNING id)"
                        + " INSERT INTO changes (id, issuer, sequence, applied_at, kind)"
                        + " SELECT counted.id, grown.id, 1, now(), 'issuer-described' FROM counted, grown")) {
            statement.setBytes(1, event.hash().bytes());
            statement.setString(2, event.issuer().did());
            statement.setBytes(3, event.hash().bytes());
            statement.setBytes(4, event.encoded());
            statement.execute();
        }
        Thread.sleep(Duration.ofSeconds(5)); // its frontier follows the database every two seconds
    }
}
