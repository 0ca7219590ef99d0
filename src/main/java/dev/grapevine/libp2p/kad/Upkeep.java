package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.multiformats.Multihash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The queries that become due with time: own records are put again, and the routing table is kept filled. */
final class Upkeep {

    /** Own values and keys provided; a further one is put, but not again. */
    static final int MAX_PUBLISHED = 1_000;

    /** Deeper buckets are filled by looking up this peer itself. A random key for this one takes about 2,000 hashes. */
    static final int MAX_REFRESHED_PREFIX = 10;

    /**
     * From the first refresh to this peer's looking itself up again, for a network that starts grows fast; doubles with each
     * further time, until the next refresh.
     */
    static final long FIRST_LOOKUP_MILLIS = 10_000;

    private final Bytes selfId;
    private final Key self;
    private final KadConfig config;
    private final RandomGenerator random;
    private final Map<Bytes, Published> published = new LinkedHashMap<>();
    private long lookupMillis = FIRST_LOOKUP_MILLIS;
    private long lookupDueMillis = Long.MIN_VALUE;
    private long refreshDueMillis = Long.MIN_VALUE;

    private record Published(Goal goal, long dueMillis) {}

    /** @param random chooses the keys by which buckets are refreshed */
    Upkeep(Bytes selfId, KadConfig config, RandomGenerator random) {
        this.selfId = selfId;
        this.self = Key.of(selfId.array());
        this.config = config;
        this.random = random;
    }

    /** From now on this is done again at intervals. */
    void published(Goal goal, long now) {
        if (published.size() < MAX_PUBLISHED || published.containsKey(goal.key())) {
            published.put(
                    goal.key(), new Published(goal, now + config.republish().toMillis()));
        }
    }

    void withdraw(Bytes key) {
        published.remove(key);
    }

    /** Somebody comes into the table in which there was nobody: a refresh is due. */
    void tableWasEmpty() {
        lookupMillis = FIRST_LOOKUP_MILLIS;
        refreshDueMillis = Long.MIN_VALUE;
    }

    /**
     * What is due.
     *
     * @param room how many queries there is room for; what does not fit stays due
     */
    List<Goal> due(RoutingTable table, int room, long now) {
        List<Goal> due = new ArrayList<>();
        for (Published each : List.copyOf(published.values())) {
            if (due.size() < room && now >= each.dueMillis()) {
                due.add(each.goal());
                published(each.goal(), now);
            }
        }
        if (table.size() > 0 && due.size() < room) {
            refresh(table, now).stream().limit(room - due.size()).forEach(due::add);
        }
        return due;
    }

    /** The specification's "Bootstrap process": this peer itself, and a random key for each bucket that is not empty. */
    private List<Goal> refresh(RoutingTable table, long now) {
        boolean isDue = now >= refreshDueMillis;
        List<Goal> goals = new ArrayList<>();
        if (isDue || now >= lookupDueMillis) {
            goals.add(new Goal.Closest(selfId));
            lookupDueMillis = now + lookupMillis;
            lookupMillis = Math.min(2 * lookupMillis, config.refresh().toMillis());
        }
        if (!isDue) {
            return goals;
        }
        refreshDueMillis = now + config.refresh().toMillis();
        for (int prefix : table.prefixes()) {
            if (prefix <= MAX_REFRESHED_PREFIX) {
                goals.add(new Goal.Closest(keyAt(prefix)));
            }
        }
        return goals;
    }

    /** The id of a peer that there is not, whose key shares so many leading bits with this peer's. */
    private Bytes keyAt(int prefix) {
        byte[] digest = new byte[32];
        Bytes id;
        do {
            random.nextBytes(digest);
            id = new Bytes(new Multihash(Multihash.SHA2_256, digest.clone()).encode());
        } while (self.commonPrefix(Key.of(id.array())) != prefix);
        return id;
    }
}
