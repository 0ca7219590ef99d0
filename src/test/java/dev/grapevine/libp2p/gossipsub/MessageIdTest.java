package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageIdTest {

    private static final int AUTHOR_BYTES = 38;

    /** As a hash table of 2¹⁷ places sees it, which spreads the upper half over the lower one. */
    @Test
    void consecutiveIdsOfAnAuthorHaveHashesOfTheirOwn() {
        int ids = 65_536;
        long places = IntStream.range(0, ids)
                .map(i -> id(1_700_000_000_000_000_000L + i).hashCode())
                .map(hash -> (hash ^ hash >>> 16) & 0x1_FFFF)
                .distinct()
                .count();

        assertThat(places).isGreaterThan(ids * 3 / 4);
    }

    @Test
    void idsAreEqualByTheirBytes() {
        assertThat(id(7)).isEqualTo(MessageId.of(id(7).bytes())).hasSameHashCodeAs(MessageId.of(id(7).bytes()));
        assertThat(id(7)).isNotEqualTo(id(8));
    }

    @Test
    void shortIdsHaveHashesToo() {
        assertThat(MessageId.of(new byte[0])).hasSameHashCodeAs(MessageId.of(new byte[0]));
        assertThat(MessageId.of(new byte[] {1})).isNotEqualTo(MessageId.of(new byte[] {2}));
    }

    private static MessageId id(long sequenceNumber) {
        return MessageId.of(ByteBuffer.allocate(AUTHOR_BYTES + Long.BYTES)
                .putLong(AUTHOR_BYTES, sequenceNumber)
                .array());
    }
}
