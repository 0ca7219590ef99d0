package dev.grapevine.node.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.credential.Bitstring;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class ShuffleTest {

    @Test
    void givesOutEachPlaceOnce() {
        Shuffle shuffle = new Shuffle(new byte[Shuffle.KEY_BYTES]);
        BitSet places = new BitSet();

        for (int n = 0; n < Bitstring.MIN_ENTRIES; n++) {
            places.set(shuffle.place(n));
        }

        assertThat(places.cardinality()).isEqualTo(Bitstring.MIN_ENTRIES);
        assertThat(places.length()).isEqualTo(Bitstring.MIN_ENTRIES);
    }

    /** Neighbours in time are strangers in place: over a thousand of them, the mean distance is that of random places, a third. */
    @Test
    void tellsNothingOfWhenAPlaceWasGivenOut() {
        Shuffle shuffle = new Shuffle(new byte[] {1});
        long distance = 0;

        for (int n = 0; n < 1000; n++) {
            distance += Math.abs(shuffle.place(n) - shuffle.place(n + 1));
        }

        assertThat(distance / 1000.0 / Bitstring.MIN_ENTRIES).isBetween(0.28, 0.39);
    }

    @Test
    void anotherKeyIsAnotherOrder() {
        Shuffle one = new Shuffle(new byte[] {1});
        Shuffle other = new Shuffle(new byte[] {2});
        int same = 0;

        for (int n = 0; n < 1000; n++) {
            same += one.place(n) == other.place(n) ? 1 : 0;
        }

        assertThat(same).isLessThan(5);
    }
}
