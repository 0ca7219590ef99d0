package dev.grapevine.libp2p.gossipsub;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The messages of which a peer wants no copy (v1.2: {@code dont_send_message_ids}). Beyond the bound the oldest is
 * forgotten, which costs a copy.
 */
final class UnwantedIds {

    static final int MAX_IDS = 1_024;

    /** By then the message has been forwarded. */
    static final int HEARTBEATS_KEPT = 3;

    /** With the heartbeat that forgets them. */
    private final SequencedMap<MessageId, Long> ids = new LinkedHashMap<>(0);

    private long heartbeat;

    void add(MessageId id) {
        ids.putLast(id, heartbeat + HEARTBEATS_KEPT);
        if (ids.size() > MAX_IDS) {
            ids.pollFirstEntry();
        }
    }

    void remove(MessageId id) {
        ids.remove(id);
    }

    boolean contains(MessageId id) {
        return ids.containsKey(id);
    }

    void onHeartbeat() {
        heartbeat++;
        while (!ids.isEmpty() && ids.firstEntry().getValue() <= heartbeat) {
            ids.pollFirstEntry();
        }
    }

    int size() {
        return ids.size();
    }
}
