package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogHead;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The heads of all logs as this node last saw them, in memory, so that gossip is judged and frontiers are compared without
 * the database. Another instance on the same database may be ahead for a moment ({@link FrontierRefresh}); the transaction that
 * applies a run reads the head again.
 */
final class Frontier {

    private final Map<IssuerId, IssuerRow> rows = new ConcurrentHashMap<>();
    private final FrontierTree tree = new FrontierTree();

    Optional<LogHead> head(IssuerId issuer) {
        return Optional.ofNullable(rows.get(issuer)).flatMap(IssuerRow::head);
    }

    Collection<LogHead> heads() {
        return rows.values().stream().flatMap(row -> row.head().stream()).toList();
    }

    /** Whether the issuer has forked its log, and has not recovered it. */
    boolean isFrozen(IssuerId issuer) {
        IssuerRow row = rows.get(issuer);
        return row != null && row.forks().isFrozen();
    }

    /** How many issuers are frozen. */
    long frozen() {
        return rows.values().stream().filter(row -> row.forks().isFrozen()).count();
    }

    /** What peers compare: see {@link IssuerRow#compared}. */
    FrontierTree tree() {
        return tree;
    }

    /** Notes that nothing of a log is held any more. */
    synchronized void removed(IssuerId issuer) {
        rows.remove(issuer);
        tree.removed(issuer);
    }

    /** Notes a committed row, unless a later one is known. A log that forks ends earlier than before. */
    synchronized void advanced(IssuerRow row) {
        IssuerRow known = rows.get(row.issuer());
        if (row.compared().isPresent() && (known == null || isLater(row, known))) {
            rows.put(row.issuer(), row);
            tree.replaced(row.compared().get());
        }
    }

    private static boolean isLater(IssuerRow row, IssuerRow than) {
        if (row.id() != than.id()) {
            return row.id() > than.id(); // a log that was removed has begun anew
        }
        long epochs = row.forks().epoch() - than.forks().epoch();
        return epochs == 0 ? sequence(row) > sequence(than) : epochs > 0;
    }

    private static long sequence(IssuerRow row) {
        return row.head().map(LogHead::sequence).orElse(-1L);
    }
}
