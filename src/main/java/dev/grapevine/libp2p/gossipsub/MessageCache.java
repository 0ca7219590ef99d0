package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the last few heartbeats, for gossip and for IWANT (v1.0, Message Cache: {@code mcache}). Beyond its
 * bounds the oldest message goes.
 */
final class MessageCache {

    static final int MAX_MESSAGES = 16_384;
    static final int MAX_BYTES = 32 * 1024 * 1024;

    private final int historyLength;
    private final int historyGossip;
    private final SequencedMap<MessageId, Entry> entries = new LinkedHashMap<>();
    private long window;
    private long bytes;

    private record Entry(Message message, long window, Map<PeerId, Integer> sent) {}

    MessageCache(int historyLength, int historyGossip) {
        this.historyLength = historyLength;
        this.historyGossip = historyGossip;
    }

    /** {@code mcache.put}. */
    void put(MessageId id, Message message) {
        if (entries.putIfAbsent(id, new Entry(message, window, new HashMap<>())) != null) {
            return;
        }
        bytes += message.encoded().length;
        while (entries.size() > MAX_MESSAGES || bytes > MAX_BYTES) {
            removeOldest();
        }
    }

    boolean contains(MessageId id) {
        return entries.containsKey(id);
    }

    /**
     * {@code mcache.get}, for an IWANT of the peer.
     *
     * @return nothing where the message is not held, or was sent to this peer as often as it may be
     */
    @Nullable
    Message retransmit(MessageId id, PeerId peer, int maxRetransmissions) {
        Entry entry = entries.get(id);
        if (entry == null) {
            return null;
        }
        // v1.1, Spam Protection Measures: retransmissions to a peer are limited
        int times = entry.sent.merge(peer, 1, Integer::sum);
        return times > maxRetransmissions ? null : entry.message;
    }

    /** {@code mcache.get_gossip_ids}. */
    List<MessageId> gossipIds(String topic) {
        List<MessageId> ids = new ArrayList<>();
        entries.forEach((id, entry) -> {
            if (entry.window > window - historyGossip && entry.message.topic().equals(topic)) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** {@code mcache.shift}. */
    void shift() {
        window++;
        while (!entries.isEmpty() && oldest().window <= window - historyLength) {
            removeOldest();
        }
    }

    int size() {
        return entries.size();
    }

    private Entry oldest() {
        return entries.firstEntry().getValue();
    }

    private void removeOldest() {
        bytes -= entries.pollFirstEntry().getValue().message.encoded().length;
    }
}
