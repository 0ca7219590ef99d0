package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Varint;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final int MAX_FRAME_BYTES = 10_000;

    private final FrameReader reader = new FrameReader(MAX_FRAME_BYTES);

    @Test
    void findsSeveralFramesInOneChunk() {
        reader.add(new byte[] {1, 7, 0, 2, 8, 9});

        assertThat(reader.next()).containsExactly(7);
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).containsExactly(8, 9);
        assertThat(reader.next()).isNull();
        assertThat(reader.isInsideFrame()).isFalse();
    }

    @Test
    void putsAFrameTogetherFromSingleBytes() {
        byte[] frame = new byte[9_000];
        Arrays.fill(frame, (byte) 5);
        for (byte b : Varint.encode(frame.length)) {
            reader.add(new byte[] {b});
            assertThat(reader.next()).isNull();
            assertThat(reader.isInsideFrame()).isTrue();
        }
        for (int i = 0; i < frame.length - 1; i++) {
            reader.add(new byte[] {5});
            assertThat(reader.next()).isNull();
        }
        reader.add(new byte[] {5, 1, 3});

        assertThat(reader.next()).isEqualTo(frame);
        assertThat(reader.next()).containsExactly(3);
    }

    @Test
    void takesAFrameAtTheLimitAndRefusesOneByteMore() {
        reader.add(Varint.encode(MAX_FRAME_BYTES));
        reader.add(new byte[MAX_FRAME_BYTES]);
        assertThat(reader.next()).hasSize(MAX_FRAME_BYTES);

        reader.add(Varint.encode(MAX_FRAME_BYTES + 1));
        assertThatThrownBy(reader::next).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesALengthThatNeverEnds() {
        FrameReader any = new FrameReader(Integer.MAX_VALUE);
        any.add(new byte[] {-128, -128, -128, -128, -128, -128, -128, -128, -128});

        assertThatThrownBy(any::next).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesALengthThatIsNotMinimal() {
        reader.add(new byte[] {(byte) 0x81, 0});

        assertThatThrownBy(reader::next).isInstanceOf(MalformedException.class);
    }

    @Test
    void givesBackWhatFollowsTheLastFrame() {
        reader.add(new byte[] {1, 7, 4, 4});
        reader.add(new byte[] {4});

        assertThat(reader.next()).containsExactly(7);
        assertThat(reader.rest()).containsExactly(4, 4, 4);
        assertThat(reader.rest()).isEmpty();
    }
}
