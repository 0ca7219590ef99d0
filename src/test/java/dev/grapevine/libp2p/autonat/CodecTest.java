package dev.grapevine.libp2p.autonat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialDataResponse;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.Message;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against bytes written down by hand from the specification's protobuf. */
class CodecTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");

    @Test
    void writesAndReadsTheBytesOfTheSpecification() {
        isWrittenAs(
                new DialRequest(List.of(Optional.of(ADDRESS)), 0x0102030405060708L),
                "0a16" + "0a0b" + "0408080808" + "9102" + "0fa1" + "cd03" + "11" + "0807060504030201");
        isWrittenAs(
                new DialResponse(ResponseStatus.OK, 3, DialStatus.E_DIAL_ERROR), "1207" + "08c801" + "1003" + "1864");
        isWrittenAs(new DialDataRequest(1, 30_000), "1a06" + "0801" + "10b0ea01");
        isWrittenAs(new DialDataResponse(3), "2205" + "0a03000000");

        assertThat(Codec.encodeDialBack(-2)).isEqualTo(HEX.parseHex("09feffffffffffffff"));
        assertThat(Codec.decodeDialBack(HEX.parseHex("09feffffffffffffff"))).isEqualTo(-2);
        assertThat(Codec.encodeDialBackResponse()).isEqualTo(HEX.parseHex("0800"));
    }

    @Test
    void fieldsThatAreLeftOutHaveTheirDefaults() {
        assertThat(Codec.decode(HEX.parseHex("1200")))
                .isEqualTo(new DialResponse(ResponseStatus.E_INTERNAL_ERROR, 0, DialStatus.UNUSED));
        assertThat(Codec.decode(HEX.parseHex("1a00"))).isEqualTo(new DialDataRequest(0, 0));
        Codec.checkDialBackResponse(new byte[0]);
    }

    @Test
    void anAddressOfAnUnknownKindKeepsItsPlaceInTheList() {
        Message decoded = Codec.decode(HEX.parseHex("0a06" + "0a02ffff" + "0a00"));

        assertThat(decoded).isEqualTo(new DialRequest(List.of(Optional.empty(), Optional.empty()), 0));
    }

    @Test
    void ofManyAddressesTheFirstOnesAreTaken() {
        List<Optional<Multiaddr>> many = Collections.nCopies(Codec.MAX_ADDRESSES + 1, Optional.of(ADDRESS));
        DialRequest decoded = (DialRequest) Codec.decode(Codec.encode(new DialRequest(many, 7)));

        assertThat(decoded.addresses()).hasSize(Codec.MAX_ADDRESSES);
        assertThat(decoded.nonce()).isEqualTo(7);
    }

    /** Empty, a field that is none, two messages, no protobuf, unknown status of a response and of a dial, a wrong wire type. */
    @ParameterizedTest
    @ValueSource(strings = {"", "2a00", "12001200", "0aff", "12020801", "12021801", "0a021001", "08"})
    void refusesWhatIsNoMessage(String hex) {
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Codec.decode(HEX.parseHex(hex)));
    }

    @Test
    void refusesEveryMessageThatIsCutOff() {
        byte[] whole = Codec.encode(new DialRequest(List.of(Optional.of(ADDRESS)), 1));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Codec.decode(cut));
        }
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Codec.decodeDialBack(new byte[] {9, 1}));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Codec.checkDialBackResponse(new byte[] {8, 1}));
    }

    private static void isWrittenAs(Message message, String hex) {
        assertThat(HEX.formatHex(Codec.encode(message))).isEqualTo(hex);
        assertThat(Codec.decode(HEX.parseHex(hex))).isEqualTo(message);
    }
}
