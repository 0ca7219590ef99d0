package dev.grapevine.libp2p.gossipsub;

import static dev.grapevine.libp2p.gossipsub.Router.TOPIC;
import static dev.grapevine.libp2p.gossipsub.Router.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import org.junit.jupiter.api.Test;

/** What is remembered, and for how long (v1.0, Message Cache). */
class CachesTest {

    private static final PeerId PEER = TestPeers.peer(0);

    @Test
    void aMessageIsKeptForFiveWindowsAndToldInThree() {
        MessageCache cache = new MessageCache(5, 3);
        Message message = message(1);
        cache.put(message.id(), message);
        for (int shifts = 0; shifts < 5; shifts++) {
            assertThat(cache.gossipIds(TOPIC)).hasSize(shifts < 3 ? 1 : 0);
            assertThat(cache.retransmit(message.id(), PEER, 100)).isSameAs(message);
            cache.shift();
        }
        assertThat(cache.retransmit(message.id(), PEER, 100)).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void theOldestMessageGivesWayToOneTooMany() {
        MessageCache cache = new MessageCache(5, 3);
        for (int i = 0; i <= MessageCache.MAX_MESSAGES; i++) {
            cache.put(message(i).id(), message(i));
        }
        assertThat(cache.size()).isEqualTo(MessageCache.MAX_MESSAGES);
        assertThat(cache.retransmit(message(0).id(), PEER, 3)).isNull();
        assertThat(cache.retransmit(message(1).id(), PEER, 3)).isNotNull();
    }

    @Test
    void theOldestMessageGivesWayToAByteTooMany() {
        MessageCache cache = new MessageCache(5, 3);
        byte[] data = new byte[64 * 1024];
        int length = message(PEER, 0, data).encoded().length;
        int fit = MessageCache.MAX_BYTES / length;
        for (int i = 0; i < fit; i++) {
            cache.put(message(PEER, i, data).id(), message(PEER, i, data));
        }
        assertThat(cache.size()).isEqualTo(fit);
        cache.put(message(PEER, fit, data).id(), message(PEER, fit, data));
        assertThat(cache.size()).isEqualTo(fit);
        for (int i = 0; i < 5; i++) {
            cache.shift();
        }
        for (int i = 0; i < fit; i++) {
            cache.put(message(PEER, i, data).id(), message(PEER, i, data));
        }
        assertThat(cache.size()).as("what went was counted off").isEqualTo(fit);
    }

    @Test
    void anIdIsRememberedForItsTime() {
        SeenCache seen = new SeenCache(120_000);
        assertThat(seen.add(message(1).id(), 0)).isTrue();
        assertThat(seen.add(message(1).id(), 119_999)).isFalse();
        seen.expire(119_999);
        assertThat(seen.contains(message(1).id())).isTrue();
        seen.expire(120_000);
        assertThat(seen.contains(message(1).id())).isFalse();
        assertThat(seen.add(message(1).id(), 120_000)).isTrue();
    }

    @Test
    void theOldestIdGivesWayToOneTooMany() {
        SeenCache seen = new SeenCache(120_000);
        for (int i = 0; i <= SeenCache.MAX_IDS; i++) {
            seen.add(new MessageId("" + i), 0);
        }
        assertThat(seen.size()).isEqualTo(SeenCache.MAX_IDS);
        assertThat(seen.contains(new MessageId("0"))).isFalse();
        assertThat(seen.contains(new MessageId("1"))).isTrue();
    }
}
