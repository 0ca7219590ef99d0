package dev.grapevine.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibaseTest {

    /** From tests/ of multiformats/multibase; a dot stands for a zero byte. */
    @ParameterizedTest
    @CsvSource({
        "BASE16, yes mani !, f796573206d616e692021",
        "BASE32, yes mani !, bpfsxgidnmfxgsibb",
        "BASE58BTC, yes mani !, z7paNL19xttacUY",
        "BASE64URL, yes mani !, ueWVzIG1hbmkgIQ",
        "BASE16, .yes mani !, f00796573206d616e692021",
        "BASE32, .yes mani !, bab4wk4zanvqw42jaee",
        "BASE58BTC, .yes mani !, z17paNL19xttacUY",
        "BASE64URL, .yes mani !, uAHllcyBtYW5pICE",
        "BASE16, ..yes mani !, f0000796573206d616e692021",
        "BASE32, ..yes mani !, baaahszltebwwc3tjeaqq",
        "BASE58BTC, ..yes mani !, z117paNL19xttacUY",
        "BASE64URL, ..yes mani !, uAAB5ZXMgbWFuaSAh"
    })
    void encodesAndDecodes(Multibase base, String data, String text) {
        byte[] bytes = data.replace('.', '\0').getBytes(StandardCharsets.UTF_8);

        assertThat(base.encode(bytes)).isEqualTo(text);
        assertThat(Multibase.decode(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f68656c6c6f20776F726C64",
                "F68656c6c6f20776F726C64",
                "bnbswy3dpeB3W64TMMQ",
                "Bnbswy3dpeB3W64TMMQ"
            })
    void takesEitherCaseWhereTheAlphabetHasOne(String text) {
        assertThat(Multibase.decode(text)).isEqualTo("hello world".getBytes(StandardCharsets.UTF_8));
    }

    /** draft-msporny-base58 section 5. */
    @ParameterizedTest
    @CsvSource({
        "Hello World!, 2NEpo7TZRRrLZSi2U",
        "The quick brown fox jumps over the lazy dog., USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"
    })
    void writesBase58AsTheDraftDoes(String data, String text) {
        assertThat(Base58.encode(data.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(Base58.decode(text)).isEqualTo(data.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "1", "xabc", "f0", "f0g", "b1", "ba", "baaa", "baaaaaa", "bab", "z0", "zO", "zI", "zl", "z\u00e9",
                "uA", "uAA==", "uAB", "u+/", "u A", "mAAAA"
            })
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> Multibase.decode(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void decodesBase58UpToItsLimit() {
        assertThat(Base58.decode("1".repeat(Base58.MAX_CHARS))).hasSize(Base58.MAX_CHARS);
        assertThat(Base58.decode("z".repeat(Base58.MAX_CHARS))).hasSizeBetween(1499, 1501);
        assertThatThrownBy(() -> Base58.decode("1".repeat(Base58.MAX_CHARS + 1)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void bringsBackWhateverBytes() {
        Random random = new Random(58);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            for (Multibase base : Multibase.values()) {
                assertThat(Multibase.decode(base.encode(bytes))).isEqualTo(bytes);
            }
        }
    }
}
