package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.gossipsub.SendQueue.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What gives way where a peer reads more slowly than there is to send. */
class SendQueueTest {

    private final Counters counters = new Counters();
    private final SendQueue queue = new SendQueue(100, counters);

    @Test
    void controlGoesFirstThenMessagesThenGossipEachInOrder() {
        queue.add(Kind.GOSSIP, frame(1));
        queue.add(Kind.MESSAGE, frame(2));
        queue.add(Kind.MESSAGE, frame(3));
        queue.add(Kind.CONTROL, frame(4));
        assertThat(drain()).containsExactly(4, 2, 3, 1);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void itIsFullToTheByte() {
        assertThat(queue.add(Kind.MESSAGE, frame(60))).isTrue();
        assertThat(queue.add(Kind.MESSAGE, frame(40))).isTrue();
        assertThat(counters.framesDropped).isZero();
        assertThat(queue.add(Kind.MESSAGE, frame(1))).isTrue();
        assertThat(drain()).containsExactly(40, 1);
        assertThat(counters.framesDropped).isEqualTo(1);
    }

    @Test
    void gossipGivesWayBeforeMessagesAndTheOldestFirst() {
        queue.add(Kind.MESSAGE, frame(30));
        queue.add(Kind.GOSSIP, frame(25));
        queue.add(Kind.GOSSIP, frame(20));
        queue.add(Kind.MESSAGE, frame(40));
        assertThat(drain()).containsExactly(30, 40, 20);
    }

    @Test
    void controlNeverGivesWay() {
        queue.add(Kind.MESSAGE, frame(50));
        assertThat(queue.add(Kind.CONTROL, frame(100))).isTrue();
        assertThat(queue.add(Kind.CONTROL, frame(1)))
                .as("only the stream is left to give up")
                .isFalse();
    }

    @Test
    void whatNeverFitsIsDropped() {
        assertThat(queue.add(Kind.MESSAGE, frame(101))).isTrue();
        assertThat(drain()).isEmpty();
        assertThat(counters.framesDropped).isEqualTo(1);
    }

    private List<Integer> drain() {
        List<Integer> lengths = new ArrayList<>();
        byte[] frame = queue.poll();
        while (frame != null) {
            lengths.add(frame.length);
            frame = queue.poll();
        }
        return lengths;
    }

    private static byte[] frame(int length) {
        return new byte[length];
    }
}
