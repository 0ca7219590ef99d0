package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignedPeerRecordTest {

    private static final String DOMAIN = "libp2p-peer-record";
    private static final byte[] TYPE = {0x03, 0x01};
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");

    private final PrivateKey key = PrivateKey.ofSeed(new byte[32]);
    private final PeerId peer = PeerId.of(key.publicKey());
    private final SignedPeerRecord signed = SignedPeerRecord.sign(key, 300, List.of(ADDRESS));

    @Test
    void comesBackAsItWasSigned() {
        SignedPeerRecord decoded = SignedPeerRecord.decode(signed.encoded());

        assertThat(decoded).isEqualTo(signed);
        assertThat(decoded.record()).isEqualTo(new PeerRecord(peer, 300, List.of(ADDRESS)));
    }

    @Test
    void hasTheFieldNumbersOfTheSpecificationAndTheDomainOfItsImplementations() {
        Envelope envelope = Envelope.decode(signed.encoded());
        String address = "0a0b" + "047f000001" + "91020fa1" + "cd03";

        assertThat(HexFormat.of().formatHex(envelope.payload()))
                .isEqualTo("0a26" + HexFormat.of().formatHex(peer.bytes()) + "10ac02" + "1a0d" + address);
        assertThat(envelope.payloadType()).isEqualTo(TYPE);
        assertThat(envelope.verify(DOMAIN)).isTrue();
    }

    @Test
    void refusesWhatWasSignedForSomethingElseOrBySomebodyElse() {
        byte[] payload = signed.record().encode();
        PrivateKey other = PrivateKey.ofSeed(Arrays.copyOf(new byte[] {1}, 32));

        assertRefused(Envelope.seal(key, "libp2p-routing-state", TYPE, payload).encode(), "signature");
        assertRefused(Envelope.seal(key, DOMAIN, new byte[] {3, 2}, payload).encode(), "no peer record");
        assertRefused(Envelope.seal(other, DOMAIN, TYPE, payload).encode(), "signed by another");
    }

    @Test
    void refusesWhatIsNoRecord() {
        byte[] nobody = new ProtobufWriter().uint64(2, 1).toByteArray();

        assertRefused(Envelope.seal(key, DOMAIN, TYPE, nobody).encode(), "names no peer");
        assertRefused(Envelope.seal(key, DOMAIN, TYPE, new byte[] {1}).encode(), "protobuf");
        assertRefused(new byte[0], "lacks a field");
        assertRefused(new byte[SignedPeerRecord.MAX_BYTES + 1], "bytes");
    }

    @Test
    void refusesEveryEnvelopeThatWasCutOrChangedInOneBit() {
        byte[] right = signed.encoded();
        for (int i = 0; i < right.length; i++) {
            byte[] changed = right.clone();
            changed[i] ^= (byte) (1 << new Random(i).nextInt(8));
            byte[] cut = Arrays.copyOf(right, i);
            assertThatThrownBy(() -> SignedPeerRecord.decode(changed)).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> SignedPeerRecord.decode(cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void passesOverAddressesItDoesNotKnowThoseOfOthersAndThoseAboveTheLimit() {
        ProtobufWriter out = new ProtobufWriter().bytes(1, peer.bytes());
        address(out, new byte[] {(byte) 0xff, 0x7f, 1});
        address(
                out,
                Multiaddr.parse(ADDRESS + "/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N")
                        .bytes());
        address(out, Multiaddr.parse(ADDRESS + "/p2p/" + peer).bytes());
        for (int i = 1; i <= PeerRecord.MAX_ADDRESSES; i++) {
            address(out, Multiaddr.parse("/ip4/10.0.0.1/udp/" + i + "/quic-v1").bytes());
        }
        byte[] envelope = Envelope.seal(key, DOMAIN, TYPE, out.toByteArray()).encode();

        assertThat(SignedPeerRecord.decode(envelope).record().addresses())
                .hasSize(PeerRecord.MAX_ADDRESSES)
                .startsWith(ADDRESS)
                .doesNotContain(Multiaddr.parse("/ip4/10.0.0.1/udp/64/quic-v1"));
    }

    @Test
    void theNumberIsUnsigned() {
        assertThat(new PeerRecord(peer, -1, List.of()).isNewerThan(signed.record()))
                .isTrue();
        assertThat(signed.record().isNewerThan(signed.record())).isFalse();
    }

    private static void address(ProtobufWriter out, byte[] multiaddr) {
        out.bytes(3, new ProtobufWriter().bytes(1, multiaddr).toByteArray());
    }

    private static void assertRefused(byte[] envelope, String why) {
        assertThatThrownBy(() -> SignedPeerRecord.decode(envelope))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(why);
    }
}
