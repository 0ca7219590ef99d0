package dev.grapevine.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentifyMessageTest {

    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");

    private final IdentifyMessage message = new IdentifyMessage(
            TestPeers.key(1).publicKey(),
            List.of(ADDRESS),
            List.of("/a/1", "/b/1"),
            ADDRESS,
            "ipfs/0.1.0",
            "x/1",
            new byte[] {7});

    @Test
    void comesBackAsItWas() {
        assertThat(IdentifyMessage.decode(message.encode())).isEqualTo(message);
    }

    @Test
    void hasTheFieldNumbersOfTheSpecification() {
        IdentifyMessage few =
                new IdentifyMessage(null, List.of(ADDRESS), List.of("/a/1"), ADDRESS, "p", "a", new byte[] {7});
        String address = "047f000001" + "91020fa1" + "cd03";

        assertThat(HexFormat.of().formatHex(few.encode()))
                .isEqualTo("120b" + address + "1a04" + "2f612f31" + "220b" + address + "2a0170" + "320161" + "420107");
    }

    @Test
    void mayLackEveryField() {
        assertThat(IdentifyMessage.decode(new byte[0]))
                .isEqualTo(new IdentifyMessage(null, List.of(), List.of(), null, null, null, null));
    }

    @Test
    void passesOverAddressesAndFieldsThatItDoesNotKnow() {
        byte[] bytes = new ProtobufWriter()
                .bytes(2, new byte[] {(byte) 0xff, 0x7f, 1})
                .bytes(2, ADDRESS.bytes())
                .bytes(9, "something new".getBytes(StandardCharsets.UTF_8))
                .toByteArray();

        assertThat(IdentifyMessage.decode(bytes).listenAddresses()).containsExactly(ADDRESS);
    }

    @Test
    void keepsNoMoreAddressesAndProtocolsThanItsLimits() {
        ProtobufWriter out = new ProtobufWriter();
        for (int i = 0; i <= IdentifyMessage.MAX_ADDRESSES; i++) {
            out.bytes(2, ADDRESS.bytes());
        }
        for (int i = 0; i <= IdentifyMessage.MAX_PROTOCOLS; i++) {
            out.string(3, "/p/" + i);
        }
        IdentifyMessage read = IdentifyMessage.decode(out.toByteArray());

        assertThat(read.listenAddresses()).hasSize(IdentifyMessage.MAX_ADDRESSES);
        assertThat(read.protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
    }

    @Test
    void refusesAPublicKeyThatIsNone() {
        byte[] bytes = new ProtobufWriter().bytes(1, new byte[] {9, 9}).toByteArray();

        assertThatThrownBy(() -> IdentifyMessage.decode(bytes)).isInstanceOf(MalformedException.class);
    }

    @Test
    void readsOrRefusesGarbageButNeverFailsOtherwise() {
        Random random = new Random(3);
        byte[] good = message.encode();
        for (int i = 0; i < 5_000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 1));
            for (int j = random.nextInt(4); j > 0 && bad.length > 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(IdentifyMessage.decode(bad)).isNotNull();
            } catch (MalformedException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }
}
