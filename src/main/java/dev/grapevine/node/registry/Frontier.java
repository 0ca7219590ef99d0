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

    private final Map<IssuerId, LogHead> heads = new ConcurrentHashMap<>();
    private final FrontierTree tree = new FrontierTree();

    Optional<LogHead> head(IssuerId issuer) {
        return Optional.ofNullable(heads.get(issuer));
    }

    Collection<LogHead> heads() {
        return heads.values();
    }

    FrontierTree tree() {
        return tree;
    }

    /** Notes a committed head, unless a later one is known. */
    void advanced(LogHead head) {
        LogHead latest =
                heads.merge(head.issuer(), head, (known, newer) -> newer.sequence() > known.sequence() ? newer : known);
        if (latest.equals(head)) {
            tree.advanced(head);
        }
    }
}
