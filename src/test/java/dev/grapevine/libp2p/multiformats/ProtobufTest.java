package dev.grapevine.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtobufTest {

    @Test
    void writesFieldsInOrderAndReadsThemBack() {
        byte[] message = new ProtobufWriter()
                .uint64(1, -1)
                .int32(2, -5)
                .bool(3, false)
                .bytes(4, new byte[] {1, 2})
                .string(5, "größe")
                .fixed64(6, -2)
                .uint64(1, 0)
                .toByteArray();
        ProtobufReader in = new ProtobufReader(message);

        assertThat(in.next()).isTrue();
        assertThat(in.field()).isEqualTo(1);
        assertThat(in.uint64()).isEqualTo(-1);
        assertThat(in.next()).isTrue();
        assertThat(in.int32()).isEqualTo(-5);
        assertThat(in.next()).isTrue();
        assertThat(in.bool()).isFalse();
        assertThat(in.next()).isTrue();
        assertThat(in.bytes()).containsExactly(1, 2);
        assertThat(in.next()).isTrue();
        assertThat(in.string()).isEqualTo("größe");
        assertThat(in.next()).isTrue();
        assertThat(in.fixed64()).isEqualTo(-2);
        assertThat(in.next()).isTrue();
        assertThat(in.field()).isEqualTo(1);
        in.skip();
        assertThat(in.next()).isFalse();
    }

    @Test
    void writesTheBytesOfTheProtobufGuide() {
        assertThat(new ProtobufWriter().int32(1, 150).toByteArray()).containsExactly(0x08, 0x96, 0x01);
        assertThat(new ProtobufWriter().string(2, "testing").toByteArray())
                .isEqualTo(HexFormat.of().parseHex("120774657374696e67"));
        assertThat(new ProtobufWriter().toByteArray()).isEmpty();
    }

    @Test
    void skipsFieldsOfEveryType() {
        // varint, 64 bits, bytes, a group with a field in it, 32 bits
        byte[] message =
                HexFormat.of().parseHex("089601" + "110000000000000000" + "1a0100" + "23080124" + "2d00000000");
        ProtobufReader in = new ProtobufReader(message);
        int fields = 0;
        while (in.next()) {
            in.skip();
            fields++;
        }

        assertThat(fields).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "08",
                "0880",
                "08ffffffffffffffffffff01",
                "0a",
                "0a05",
                "0a0500",
                "0affffffff07",
                "0affffffffffffffffff01",
                "09",
                "0900",
                "0d00",
                "0b",
                "0c",
                "0b14",
                "0e",
                "0f",
                "8080808080808080808001"
            })
    void refusesWhatIsNoMessage(String hex) {
        assertThatThrownBy(() -> skipAll(HexFormat.of().parseHex(hex))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesAnotherWireTypeAndBadUtf8() {
        ProtobufReader number = at("0801");
        ProtobufReader bytes = at("0a01ff");

        assertThatThrownBy(number::bytes).isInstanceOf(MalformedException.class);
        assertThatThrownBy(number::string).isInstanceOf(MalformedException.class);
        assertThatThrownBy(bytes::uint64).isInstanceOf(MalformedException.class);
        assertThatThrownBy(bytes::int32).isInstanceOf(MalformedException.class);
        assertThatThrownBy(bytes::bool).isInstanceOf(MalformedException.class);
        assertThatThrownBy(bytes::string).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesGroupsNestedWithoutEnd() {
        assertThatThrownBy(() -> skipAll(HexFormat.of().parseHex("0b".repeat(100_000))))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void neverFailsOtherwiseOnNoise() {
        Random random = new Random(1982);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            try {
                skipAll(noise);
            } catch (MalformedException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private static ProtobufReader at(String hex) {
        ProtobufReader in = new ProtobufReader(HexFormat.of().parseHex(hex));
        assertThat(in.next()).isTrue();
        return in;
    }

    private static void skipAll(byte[] message) {
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            in.skip();
        }
    }
}
