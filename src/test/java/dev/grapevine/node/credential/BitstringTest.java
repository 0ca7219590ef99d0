package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitstringTest {

    /** Bitstring Status List section 2.2, the example: of a list in which nothing is set. */
    private static final String EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";

    @Test
    void readsTheExampleOfTheSpecification() {
        Bitstring list = Bitstring.decode(EXAMPLE);

        assertThat(list.entries(1)).isEqualTo(131_072);
        assertThat(list).isEqualTo(Bitstring.of(new int[0]));
    }

    @Test
    void writesTheFirstPlaceAsTheLeftMostBit() throws IOException {
        byte[] bytes = expanded(Bitstring.of(new int[] {0, 9, 131_071}));

        assertThat(bytes).hasSize(16 * 1024);
        assertThat(bytes[0]).isEqualTo((byte) 0b1000_0000);
        assertThat(bytes[1]).isEqualTo((byte) 0b0100_0000);
        assertThat(bytes[16 * 1024 - 1]).isEqualTo((byte) 0b0000_0001);
    }

    private static byte[] expanded(Bitstring list) throws IOException {
        String encoded = list.encode();
        assertThat(encoded).startsWith("u").doesNotContain("=", "+", "/");
        return new GZIPInputStream(new ByteArrayInputStream(Multibase.decode(encoded))).readAllBytes();
    }

    @Test
    void readsBackWhatItHasWritten() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BitSet set = new BitSet();
        random.ints(5_000, 0, Bitstring.MIN_ENTRIES).forEach(set::set);

        Bitstring read = Bitstring.decode(Bitstring.of(set.stream().toArray()).encode());

        for (int place = 0; place < Bitstring.MIN_ENTRIES; place++) {
            assertThat(read.value(place, 1))
                    .as("seed %d, place %d", seed, place)
                    .isEqualTo(set.get(place) ? 1 : 0);
        }
    }

    @Test
    void readsPlacesOfSeveralBits() {
        Bitstring list = Bitstring.of(new int[] {2, 4, 5});

        assertThat(list.entries(2)).isEqualTo(65_536);
        assertThat(new int[] {list.value(0, 2), list.value(1, 2), list.value(2, 2)})
                .containsExactly(0, 0b10, 0b11);
        assertThat(list.value(1, 3)).isEqualTo(0b011);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "H4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
                "mH4sIAAAAAAAAA+3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA",
                "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA=",
                "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3",
                "uAAAA",
                "u"
            })
    void refusesWhatIsNoList(String encoded) {
        assertThatThrownBy(() -> Bitstring.decode(encoded)).isInstanceOf(MalformedException.class);
    }

    @Test
    void expandsNoZipBomb() throws IOException {
        assertThat(Bitstring.decode(zipped(Bitstring.MAX_BYTES)).entries(8)).isEqualTo(Bitstring.MAX_BYTES);
        assertThatThrownBy(() -> Bitstring.decode(zipped(Bitstring.MAX_BYTES + 1)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("expands to more than");
        assertThatThrownBy(() -> Bitstring.decode(zipped(100 * Bitstring.MAX_BYTES)))
                .isInstanceOf(MalformedException.class);
    }

    private static String zipped(int zeros) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            byte[] piece = new byte[64 * 1024];
            for (int left = zeros; left > 0; left -= piece.length) {
                gzip.write(piece, 0, Math.min(left, piece.length));
            }
        }
        return Multibase.BASE64URL.encode(out.toByteArray());
    }
}
