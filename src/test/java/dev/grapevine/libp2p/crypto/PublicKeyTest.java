package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {

    private static final String KEY = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e";

    /** peer-ids, section "deterministic": minimal varints, fields in order, all of them, and no others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0801",
                "1220" + KEY,
                "1220" + KEY + "0801",
                "08811220" + KEY,
                "0881001220" + KEY,
                "08011220" + KEY + "1800",
                "080108011220" + KEY,
                "0804" + "1220" + KEY,
                "08ffffffffffffffffff011220" + KEY,
                "0801121f" + KEY,
                "08011221" + KEY,
                "08021220" + KEY,
                "08001200",
                "08011a20" + KEY,
                "0a011220" + KEY,
                "08011280808080" + "08" + KEY
            })
    void refusesEveryOtherEncoding(String hex) {
        assertThatThrownBy(() -> PublicKey.decode(HexFormat.of().parseHex(hex))).isInstanceOf(MalformedException.class);
    }

    @Test
    void takesKeysUpToItsLimit() {
        assertThat(PublicKey.decode(rsa(PublicKey.MAX_BYTES)).raw()).hasSize(PublicKey.MAX_BYTES);
        assertThatThrownBy(() -> PublicKey.decode(rsa(PublicKey.MAX_BYTES + 1))).isInstanceOf(MalformedException.class);
    }

    @Test
    void nonsenseInTheFormOfAKeyVerifiesNothing() {
        byte[] some = new byte[64];
        for (String hex : new String[] {
            "08001203010203", "08031203010203", "08021221" + "05" + KEY, "08021221" + "02" + "ff".repeat(32)
        }) {
            assertThat(PublicKey.decode(HexFormat.of().parseHex(hex)).verify(some, some))
                    .isFalse();
        }
    }

    private static byte[] rsa(int bytes) {
        return new ProtobufWriter().int32(1, 0).bytes(2, new byte[bytes]).toByteArray();
    }
}
