package dev.grapevine.libp2p.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.mdns.Messages.Kind;
import dev.grapevine.libp2p.mdns.Messages.Packet;
import dev.grapevine.libp2p.mdns.Messages.Pointer;
import dev.grapevine.libp2p.mdns.Messages.Question;
import dev.grapevine.libp2p.mdns.Messages.Text;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecTest {

    private static final Question QUESTION = new Question(MdnsState.SERVICE, Kind.PTR);
    private static final Pointer POINTER = new Pointer(MdnsState.SERVICE, 120, "abc._p2p._udp.local.");
    private static final Text TEXT = new Text("abc._p2p._udp.local.", 120, List.of("dnsaddr=/ip4/1.2.3.4", "x"));

    /** "_p2p._udp.local" in the form of RFC 1035, section 3.1. */
    private static final String SERVICE = "045f703270" + "045f756470" + "056c6f63616c" + "00";

    @Test
    void comesBackAsItWas() {
        Packet query = Packet.query(QUESTION, List.of(POINTER));
        Packet response = Packet.response(List.of(POINTER), List.of(TEXT));

        assertThat(Codec.decode(Codec.encode(query))).isEqualTo(query);
        assertThat(Codec.decode(Codec.encode(response))).isEqualTo(response);
    }

    @Test
    void aQueryIsWrittenAsRfc1035SaysAndHasNoId() {
        assertThat(hex(Codec.encode(Packet.query(QUESTION, List.of()))))
                .isEqualTo("0000" + "0000" + "0001" + "0000" + "0000" + "0000" + SERVICE + "000c" + "0001");
    }

    @Test
    void aResponseIsAuthoritativeAndItsUniqueRecordFlushesTheCache() {
        String name = "03616263" + SERVICE;
        assertThat(hex(Codec.encode(
                        Packet.response(List.of(POINTER), List.of(new Text(POINTER.target(), 120, List.of("ab")))))))
                .isEqualTo("0000" + "8400" + "0000" + "0001" + "0000" + "0001"
                        + SERVICE + "000c" + "0001" + "00000078" + "0015" + name
                        + name + "0010" + "8001" + "00000078" + "0003" + "026162");
    }

    @Test
    void readsCompressedNamesAndPassesOverOtherKindsOfRecords() {
        byte[] packet = HexFormat.of()
                .parseHex("0000" + "8400" + "0000" + "0002" + "0000" + "0000"
                        + SERVICE + "0001" + "0001" + "00000078" + "0004" + "01020304"
                        + "c00c" + "000c" + "8001" + "00000078" + "0006" + "03414263c00c");

        assertThat(Codec.decode(packet)).isEqualTo(Packet.response(List.of(POINTER), List.of()));
    }

    @Test
    void refusesMoreRecordsThanItsLimit() {
        Pointer brief = new Pointer("a.", 1, "b.");
        List<Messages.Resource> most = Collections.nCopies(Codec.MAX_RECORDS, brief);
        assertThat(Codec.decode(Codec.encode(Packet.response(most, List.of()))).answers())
                .hasSize(Codec.MAX_RECORDS);
        byte[] more = Codec.encode(Packet.response(most, List.of(brief)));
        assertThatThrownBy(() -> Codec.decode(more)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesWhatIsNoDnsMessage() {
        String header = "0000" + "0000" + "0001" + "0000" + "0000" + "0000";
        assertRefused("");
        assertRefused("000000");
        assertRefused(header);
        assertRefused("0000" + "2800" + "0000" + "0000" + "0000" + "0000");
        assertRefused("0000" + "8403" + "0000" + "0000" + "0000" + "0000");
        assertRefused(header + "c00c" + "000c" + "0001"); // points at itself
        assertRefused("0000" + "8400" + "0000" + "0001" + "0000" + "0000" + SERVICE + "0010" + "0001" + "00000078"
                + "0002" + "09");
        assertThatThrownBy(() -> Codec.decode(new byte[Codec.MAX_PACKET_BYTES + 1]))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void neverFailsInAnotherWayWhateverComes() {
        Random random = new Random(1);
        byte[] right = Codec.encode(Packet.response(List.of(POINTER), List.of(TEXT)));
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

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void assertRefused(String hex) {
        assertThatThrownBy(() -> Codec.decode(HexFormat.of().parseHex(hex))).isInstanceOf(MalformedException.class);
    }
}
