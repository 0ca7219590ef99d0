package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The valid messages of which a further copy still counts as delivered by its sender (v1.1, P₃: near-first). Each sender
 * counts once. Beyond its bound the oldest message goes.
 */
final class NearFirst {

    static final int MAX_MESSAGES = 4_096;

    private final SequencedMap<MessageId, Entry> entries = new LinkedHashMap<>();

    private record Entry(String topic, long until, Set<PeerId> senders) {}

    /** @param senders who has delivered the message until now */
    void add(MessageId id, String topic, Collection<PeerId> senders, long until) {
        entries.put(id, new Entry(topic, until, new HashSet<>(senders)));
        if (entries.size() > MAX_MESSAGES) {
            entries.pollFirstEntry();
        }
    }

    /** @return the message's topic, where this copy counts */
    Optional<String> delivered(MessageId id, PeerId sender, long now) {
        Entry entry = entries.get(id);
        if (entry == null || now > entry.until || !entry.senders.add(sender)) {
            return Optional.empty();
        }
        return Optional.of(entry.topic);
    }

    void expire(long now) {
        entries.values().removeIf(entry -> entry.until < now);
    }

    int size() {
        return entries.size();
    }
}
