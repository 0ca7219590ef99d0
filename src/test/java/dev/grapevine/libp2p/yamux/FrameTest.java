package dev.grapevine.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {

    /** What encode.js of @chainsafe/libp2p-yamux 8.0.1 makes of the same. */
    static Stream<Arguments> vectors() {
        return Stream.of(
                Arguments.of(new Frame.WindowUpdate(1, Frame.SYN, 0), "000100010000000100000000"),
                Arguments.of(new Frame.WindowUpdate(2, Frame.ACK, 786_432), "0001000200000002000c0000"),
                Arguments.of(new Frame.Data(0xfffffffe, Frame.FIN, new byte[0]), "00000004fffffffe00000000"),
                Arguments.of(new Frame.WindowUpdate(7, Frame.RST, 0), "000100080000000700000000"),
                Arguments.of(new Frame.WindowUpdate(7, 0, 0xffffffffL), "0001000000000007ffffffff"),
                Arguments.of(new Frame.Ping(false, 0), "000200010000000000000000"),
                Arguments.of(new Frame.Ping(true, 0xdeadbeef), "0002000200000000deadbeef"),
                Arguments.of(new Frame.GoAway(0), "000300000000000000000000"),
                Arguments.of(new Frame.GoAway(1), "000300000000000000000001"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void framesAreThoseOfOtherImplementations(Frame frame, String hex) {
        assertThat(frame.encode()).asHexString().isEqualToIgnoringCase(hex);
        assertThat(decode(bytes(hex)).getFirst()).usingRecursiveComparison().isEqualTo(frame);
    }

    @Test
    void dataFollowsItsHeader() {
        byte[] encoded = new Frame.Data(3, 0, "hello".getBytes(StandardCharsets.UTF_8)).encode();

        assertThat(encoded).asHexString().isEqualToIgnoringCase("00000000000000030000000568656c6c6f");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 13, 4096})
    void framesAreFoundHoweverTheyAreCut(int cut) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes(new Frame.Data(1, Frame.SYN | Frame.FIN, new byte[1000]).encode());
        wire.writeBytes(new Frame.Ping(false, 9).encode());
        wire.writeBytes(new Frame.Data(1, 0, new byte[0]).encode());
        FrameDecoder decoder = new FrameDecoder();
        List<Frame> frames = new ArrayList<>();
        byte[] all = wire.toByteArray();
        for (int at = 0; at < all.length; at += cut) {
            decoder.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + cut)));
            for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
                frames.add(frame);
            }
        }

        List<Frame.Data> pieces = frames.subList(0, frames.size() - 2).stream()
                .map(frame -> (Frame.Data) frame)
                .toList();
        assertThat(pieces.stream().mapToInt(piece -> piece.payload().length).sum())
                .isEqualTo(1000);
        assertThat(pieces.stream().filter(piece -> (piece.flags() & Frame.SYN) != 0))
                .containsExactly(pieces.getFirst());
        assertThat(pieces.stream().filter(piece -> (piece.flags() & Frame.FIN) != 0))
                .containsExactly(pieces.getLast());
        assertThat(frames.get(frames.size() - 2)).isEqualTo(new Frame.Ping(false, 9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "010000000000000100000000", // version 1
                "000400000000000000000000", // type 4
                "000000000000000000000000", // data on the connection itself
                "000100000000000000000000", // window of the connection itself
                "000200010000000100000000", // ping on a stream
                "000300000000000100000000" // go away on a stream
            })
    void whatIsNotYamuxIsRefused(String hex) {
        assertThatThrownBy(() -> decode(bytes(hex))).isInstanceOf(MalformedException.class);
    }

    private static List<Frame> decode(byte[] bytes) {
        FrameDecoder decoder = new FrameDecoder();
        decoder.add(bytes);
        List<Frame> frames = new ArrayList<>();
        for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
