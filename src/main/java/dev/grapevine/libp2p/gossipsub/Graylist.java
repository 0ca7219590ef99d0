package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Who sent so much that was rejected that it is ignored for a while. It outlives connections. Beyond its bound the peer
 * that has been in it longest is forgiven.
 */
final class Graylist {

    static final int MAX_PEERS = 4_096;
    static final int REJECTS_UNTIL_IGNORED = 16;
    static final long REJECT_WINDOW_MILLIS = 60_000;
    static final long IGNORED_MILLIS = 120_000;

    private final SequencedMap<PeerId, Conduct> conducts = new LinkedHashMap<>();

    private record Conduct(long windowStart, int rejects, long ignoredUntil) {}

    /** Counts a rejected message. @return whether the peer is ignored from now on */
    boolean reject(PeerId peer, long now) {
        Conduct before = conducts.get(peer);
        if (before == null || before.windowStart + REJECT_WINDOW_MILLIS <= now) {
            before = new Conduct(now, 0, now);
        }
        int rejects = before.rejects + 1;
        boolean over = rejects >= REJECTS_UNTIL_IGNORED;
        conducts.put(peer, new Conduct(before.windowStart, rejects, over ? now + IGNORED_MILLIS : now));
        if (conducts.size() > MAX_PEERS) {
            conducts.pollFirstEntry();
        }
        return over;
    }

    boolean ignores(PeerId peer, long now) {
        Conduct conduct = conducts.get(peer);
        return conduct != null && now < conduct.ignoredUntil;
    }

    void expire(long now) {
        conducts.values()
                .removeIf(conduct -> conduct.ignoredUntil <= now && conduct.windowStart + REJECT_WINDOW_MILLIS <= now);
    }

    int size() {
        return conducts.size();
    }
}
