package dev.grapevine.libp2p.kad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.ConnectionType;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {

    private static final PeerId PEER = TestPeers.id(1);
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");
    private static final Bytes KEY = new Bytes(new byte[] {'k'});
    private static final Peer WITH_ADDRESS = new Peer(PEER, List.of(ADDRESS), ConnectionType.CAN_CONNECT);
    private static final ValueRecord RECORD = new ValueRecord(KEY, new Bytes(new byte[] {'v'}), 1_700_000_000_000L);

    @ParameterizedTest
    @EnumSource
    void comesBackAsItWas(MessageType type) {
        Message message = new Message(type, KEY, RECORD, List.of(WITH_ADDRESS), List.of(WITH_ADDRESS, WITH_ADDRESS));
        assertThat(Codec.decode(Codec.encode(message))).isEqualTo(message);
        assertThat(Codec.decode(Codec.encode(Message.ask(type, KEY)))).isEqualTo(Message.ask(type, KEY));
    }

    @Test
    void hasTheFieldNumbersOfTheSpecification() {
        Message message = new Message(MessageType.GET_VALUE, KEY, RECORD, List.of(WITH_ADDRESS), List.of());
        String peer = "0a26" + HexFormat.of().formatHex(PEER.bytes()) + "120b047f00000191020fa1cd03" + "1802";

        assertThat(HexFormat.of().formatHex(Codec.encode(message)))
                .isEqualTo("0801" + "12016b"
                        + "1a1c" + "0a016b" + "120176" + "2a14" + hex("2023-11-14T22:13:20Z")
                        + "4237" + peer);
    }

    @Test
    void passesOverPeersThatAreNoneAndAddressesThatAreUnknownOrOfOthers() {
        byte[] peer = new ProtobufWriter()
                .bytes(1, PEER.bytes())
                .bytes(2, new byte[] {(byte) 0xff, 0x7f, 1})
                .bytes(2, Multiaddr.parse(ADDRESS + "/p2p/" + TestPeers.id(2)).bytes())
                .bytes(2, Multiaddr.parse(ADDRESS + "/p2p/" + PEER).bytes())
                .int32(3, 99)
                .toByteArray();
        byte[] frame = new ProtobufWriter()
                .int32(1, 4)
                .bytes(8, new byte[0])
                .bytes(8, new ProtobufWriter().bytes(1, new byte[] {1, 2, 3}).toByteArray())
                .bytes(8, peer)
                .int32(10, 1)
                .toByteArray();

        assertThat(Codec.decode(frame).closer())
                .containsExactly(new Peer(PEER, List.of(ADDRESS), ConnectionType.NOT_CONNECTED));
    }

    @Test
    void takesNoMorePeersAndAddressesThanItsLimitsAndNoLongerKeys() {
        List<Multiaddr> many = Collections.nCopies(Codec.MAX_ADDRESSES + 1, ADDRESS);
        ProtobufWriter peer = new ProtobufWriter().bytes(1, PEER.bytes());
        many.forEach(address -> peer.bytes(2, address.bytes()));
        ProtobufWriter out = new ProtobufWriter();
        for (int i = 0; i <= Codec.MAX_PEERS; i++) {
            out.bytes(8, peer.toByteArray()).bytes(9, peer.toByteArray());
        }

        Message message = Codec.decode(out.toByteArray());
        assertThat(message.closer()).hasSize(Codec.MAX_PEERS);
        assertThat(message.providers()).hasSize(Codec.MAX_PEERS);
        assertThat(message.closer().getFirst().addresses()).hasSize(Codec.MAX_ADDRESSES);
        assertRefused(
                new ProtobufWriter().bytes(2, new byte[Codec.MAX_KEY_BYTES + 1]).toByteArray());
        assertThat(Codec.decode(new ProtobufWriter()
                                .bytes(2, new byte[Codec.MAX_KEY_BYTES])
                                .toByteArray())
                        .key()
                        .length())
                .isEqualTo(Codec.MAX_KEY_BYTES);
    }

    @Test
    void anAnswerFullOfPeersFitsIntoAFrame() {
        Multiaddr longest = Multiaddr.parse("/dns4/" + "x".repeat(200) + "/udp/4001/quic-v1");
        Peer peer = new Peer(PEER, Collections.nCopies(Codec.MAX_ADDRESSES, longest), ConnectionType.CONNECTED);
        List<Peer> peers = Collections.nCopies(Codec.MAX_PEERS, peer);

        assertThat(Codec.encode(new Message(MessageType.GET_PROVIDERS, KEY, null, peers, List.of())))
                .hasSizeLessThan(Codec.MAX_FRAME_BYTES);
    }

    @Test
    void refusesWhatIsNoMessage() {
        assertRefused(new ProtobufWriter().int32(1, 6).toByteArray());
        assertRefused(new ProtobufWriter().int32(1, -1).toByteArray());
        assertRefused(new byte[] {1});
        assertRefused(new ProtobufWriter().bytes(3, new byte[] {1}).toByteArray());
        assertRefused(new ProtobufWriter().bytes(8, new byte[] {1}).toByteArray());
    }

    @Test
    void neverFailsInAnotherWayWhateverComes() {
        Random random = new Random(1);
        byte[] right = Codec.encode(new Message(MessageType.GET_VALUE, KEY, RECORD, List.of(WITH_ADDRESS), List.of()));
        for (int i = 0; i < 5_000; i++) {
            byte[] wrong = Arrays.copyOf(right, random.nextInt(right.length + 1));
            for (int j = 0; j < 3 && wrong.length > 0; j++) {
                wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
            }
            try {
                Codec.decode(wrong);
            } catch (MalformedException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void assertRefused(byte[] frame) {
        assertThatThrownBy(() -> Codec.decode(frame)).isInstanceOf(MalformedException.class);
    }
}
