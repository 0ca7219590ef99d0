package dev.grapevine.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

    /** The examples of multiformats/unsigned-varint, and the edges of every length. */
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "255, ff01",
        "300, ac02",
        "16383, ff7f",
        "16384, 808001",
        "2097151, ffff7f",
        "2097152, 80808001",
        "34359738368, 808080808001",
        "72057594037927935, ffffffffffffff7f",
        "72057594037927936, 808080808080808001",
        "9223372036854775807, ffffffffffffffff7f"
    })
    void hasOneForm(long value, String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Varint.write(value, out);

        assertThat(Varint.encode(value)).isEqualTo(bytes).isEqualTo(out.toByteArray());
        assertThat(Varint.size(value)).isEqualTo(bytes.length);
        assertThat(Varint.read(ByteBuffer.wrap(bytes))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "80", "8080", "8000", "808000", "81808000", "80808080808080808001", "ffffffffffffffffff01"})
    void refusesWhatIsCutOffNotMinimalOrTooLong(String hex) {
        assertThatThrownBy(() -> Varint.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void stopsBehindItsLastByte() {
        ByteBuffer in = ByteBuffer.wrap(new byte[] {(byte) 0xac, 0x02, 0x7f});

        assertThat(Varint.read(in)).isEqualTo(300);
        assertThat(in.position()).isEqualTo(2);
    }

    @Test
    void writesNothingNegative() {
        assertThatThrownBy(() -> Varint.encode(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
