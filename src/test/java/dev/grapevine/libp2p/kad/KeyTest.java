package dev.grapevine.libp2p.kad;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyTest {

    /** FIPS 180-2, appendix B.1. */
    @Test
    void isTheSha256OfTheKey() {
        assertThat(Key.of("abc".getBytes(US_ASCII)))
                .hasToString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void distanceAndCommonPrefixAreThoseOfNumbers() {
        Key target = Key.of(new byte[] {1});
        List<Key> keys =
                IntStream.range(0, 500).mapToObj(TestPeers::id).map(Key::of).toList();

        List<Key> expected = new ArrayList<>(keys);
        expected.sort(Comparator.comparing(key -> number(key).xor(number(target))));
        assertThat(keys.stream().sorted(target.closestFirst())).isEqualTo(expected);
        assertThat(keys)
                .allSatisfy(key -> assertThat(target.commonPrefix(key))
                        .isEqualTo(Key.BITS - number(key).xor(number(target)).bitLength()));
        assertThat(target.commonPrefix(Key.of(new byte[] {1}))).isEqualTo(Key.BITS);
    }

    @Test
    void aPeersKeyIsThatOfTheBytesOfItsId() {
        PeerId peer = TestPeers.id(1);
        assertThat(Key.of(peer)).isEqualTo(Key.of(peer.bytes())).isNotEqualTo(Key.of(TestPeers.id(2)));
    }

    private static BigInteger number(Key key) {
        return new BigInteger(key.toString(), 16);
    }
}
