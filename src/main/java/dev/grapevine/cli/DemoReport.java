package dev.grapevine.cli;

import java.util.Locale;

/**
 * The demo's figures.
 *
 * @param people size of the roster
 * @param failed people whose line the import answered with a failure
 * @param publishSeconds from the first line sent until the last one answered, all nodes at once
 * @param everywhere profiles seen on every node
 * @param visible time from a profile's commit until every other node had it
 * @param lookups how many were made
 * @param misses lookups that did not find the person, or found another
 * @param lookupSeconds how long all of them took, all nodes at once
 * @param verified credentials verified by a node that did not issue them
 * @param refused credentials that such a node did not verify
 */
record DemoReport(
        int people,
        int failed,
        double publishSeconds,
        int everywhere,
        Latencies visible,
        int lookups,
        int misses,
        double lookupSeconds,
        int verified,
        int refused) {

    /** Whether everybody was published, found everywhere, and verified. */
    boolean complete() {
        return failed == 0 && misses == 0 && refused == 0 && everywhere == people;
    }

    /** The figures as a table for people. */
    String table() {
        StringBuilder table = new StringBuilder();
        row(table, "published", "%,d", people - failed);
        row(table, "  a second, three nodes together", "%,.0f", (people - failed) / publishSeconds);
        row(table, "visible on every node", "%,d", everywhere);
        row(table, "  after, p50", "%,.0f ms", visible.millis(0.50));
        row(table, "  after, p99", "%,.0f ms", visible.millis(0.99));
        row(table, "lookups", "%,d", lookups);
        row(table, "  a second, three nodes together", "%,.0f", lookups / lookupSeconds);
        row(table, "  misses", "%,d", misses);
        row(table, "credentials verified elsewhere", "%,d", verified);
        row(table, "  refused", "%,d", refused);
        return table.toString();
    }

    private static void row(StringBuilder table, String label, String format, Object value) {
        table.append(String.format(Locale.ROOT, "  %-36s %12s%n", label, String.format(Locale.ROOT, format, value)));
    }
}
