package dev.grapevine.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Works out how long each profile took from its commit on one node until every other node could find it.
 *
 * <p>A node applies an issuer's log in sequence, and event and profile in one transaction; so a node whose copy of the log
 * reaches sequence <i>n</i> finds every profile up to <i>n</i>. It is therefore enough to ask each node for its heads every
 * few milliseconds, and the result is late by at most that interval. All times are of this one process's clock. Safe for
 * several threads.
 */
final class Visibility {

    /** One profile on its way. */
    private static final class Published {
        private final long sequence;
        private final long committedNanos;
        private int awaited;

        private Published(long sequence, long committedNanos, int awaited) {
            this.sequence = sequence;
            this.committedNanos = committedNanos;
            this.awaited = awaited;
        }
    }

    private final int nodes;
    private final List<List<Published>> published = new ArrayList<>();
    private final int[][] seen;
    private final List<Long> latencies = new ArrayList<>();

    /** @param nodes how many nodes there are; they are numbered from 0 */
    Visibility(int nodes) {
        this.nodes = nodes;
        this.seen = new int[nodes][nodes];
        for (int i = 0; i < nodes; i++) {
            published.add(new ArrayList<>());
        }
    }

    /** A node has answered that a profile is committed. To be called in the order of the sequences. */
    synchronized void committed(int node, long sequence, long nowNanos) {
        published.get(node).add(new Published(sequence, nowNanos, nodes - 1));
    }

    /** A node ({@code observer}) was seen to have the log of another ({@code issuer}) up to a sequence. */
    synchronized void head(int observer, int issuer, long sequence, long nowNanos) {
        if (observer == issuer) {
            return;
        }
        List<Published> log = published.get(issuer);
        int next = seen[observer][issuer];
        while (next < log.size() && log.get(next).sequence <= sequence) {
            Published profile = log.get(next++);
            if (--profile.awaited == 0) {
                latencies.add(nowNanos - profile.committedNanos);
            }
        }
        seen[observer][issuer] = next;
    }

    /** How many profiles every node can find. */
    synchronized int everywhere() {
        return latencies.size();
    }

    /** The latencies of all profiles that are visible everywhere. */
    synchronized Latencies latencies() {
        return Latencies.of(latencies.stream().mapToLong(Long::longValue).toArray());
    }
}
