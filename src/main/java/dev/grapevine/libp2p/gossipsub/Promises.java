package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * What peers owe that were asked by IWANT for what they had told by IHAVE: one message of each such request, whoever
 * sends it (v1.1, Spam Protection Measures). Beyond its bound no more is tracked.
 */
final class Promises {

    static final int MAX_IDS = 16_384;

    private final long followUpMillis;
    private final SequencedMap<MessageId, Map<PeerId, Long>> deadlines = new LinkedHashMap<>();

    /** @param followUpMillis how long a peer has to send what was asked for */
    Promises(long followUpMillis) {
        this.followUpMillis = followUpMillis;
    }

    void made(PeerId peer, MessageId id, long now) {
        if (deadlines.size() < MAX_IDS || deadlines.containsKey(id)) {
            deadlines.computeIfAbsent(id, key -> new LinkedHashMap<>()).putIfAbsent(peer, now + followUpMillis);
        }
    }

    /** The message has come. Where it turns out forged, that is held against its sender. */
    void kept(MessageId id) {
        deadlines.remove(id);
    }

    /** @param onBroken told of each peer, as often as it has broken a promise */
    void expire(long now, Consumer<PeerId> onBroken) {
        deadlines.values().removeIf(byPeer -> {
            byPeer.entrySet().removeIf(promise -> {
                boolean broken = promise.getValue() <= now;
                if (broken) {
                    onBroken.accept(promise.getKey());
                }
                return broken;
            });
            return byPeer.isEmpty();
        });
    }

    int size() {
        return deadlines.size();
    }
}
