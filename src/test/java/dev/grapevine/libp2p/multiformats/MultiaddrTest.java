package dev.grapevine.libp2p.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {

    /** From the tables of go-multiaddr and js-multiaddr. */
    @ParameterizedTest
    @CsvSource({
        "/ip4/1.2.3.4, 0401020304",
        "/ip4/0.0.0.0, 0400000000",
        "/ip6/2601:9:4f81:9700:803e:ca65:66e8:c21, 29260100094f819700803eca6566e80c21",
        "/ip6/::1, 2900000000000000000000000000000001",
        "/udp/0, 91020000",
        "/tcp/1234, 0604d2",
        "/tcp/65535, 06ffff",
        "/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC,"
                + " a503221220d52ebb89d85b02a284948203a62ff28389c57c9f42beec4ec20db76a68911c0b",
        "/ip4/127.0.0.1/udp/1234, 047f000001910204d2",
        "/ip4/127.0.0.1/udp/1234/quic-v1, 047f000001910204d2cd03",
        "/ip4/127.0.0.1/tcp/1234/ws, 047f0000010604d2dd03",
        "/ip4/127.0.0.1/tcp/1234/tls/ws, 047f0000010604d2c003dd03",
        "/p2p-circuit, a202",
        "/dns4/node1/udp/4001/quic-v1, 36056e6f6465319102" + "0fa1cd03",
        "/ip4/1.2.3.4/tcp/80/noise, 0401020304060050c603",
    })
    void hasOneBinaryForm(String text, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(Multiaddr.parse(text).bytes()).isEqualTo(bytes);
        assertThat(Multiaddr.decode(bytes)).isEqualTo(Multiaddr.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "//",
                "ip4/1.2.3.4",
                "/ip4",
                "/ip4/",
                "/ip4/::1",
                "/ip4/1.2.3",
                "/ip4/1.2.3.4.5",
                "/ip4/1.2.3.256",
                "/ip4/node",
                "/ip6/127.0.0.1",
                "/ip6/fe80::1%eth0",
                "/ip6/[::1]",
                "/udp",
                "/udp/65536",
                "/udp/-1",
                "/udp/a",
                "/udp/+1",
                "/udp/1234567",
                "/p2p",
                "/p2p/1234",
                "/p2p/0",
                "/quic-v1/x",
                "/dns4/",
                "/dns4/a b",
                "/nonsense/1",
                "/ip4/1.2.3.4//udp/1"
            })
    void refusesText(String text) {
        assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "04",
                "04010203",
                "9102",
                "910200",
                "a503",
                "a50301",
                "a50322" + "1220d52ebb",
                "ffff03",
                "808080",
                "36ffffffffffffffff7f",
                "3600",
                "36022f61",
                "3602fffe",
                "84000101020304",
                "ffffffffffffffffff01"
            })
    void refusesBytes(String hex) {
        assertThatThrownBy(() -> Multiaddr.decode(HexFormat.of().parseHex(hex))).isInstanceOf(MalformedException.class);
    }

    @Test
    void takesAddressesUpToItsLimit() {
        // each /tcp/1 has 3 bytes
        assertThat(Multiaddr.decode(tcpTimes(341)).bytes()).hasSize(1023);
        assertThatThrownBy(() -> Multiaddr.decode(tcpTimes(342))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Multiaddr.parse("/tcp/1".repeat(171))).isInstanceOf(MalformedException.class);
    }

    private static byte[] tcpTimes(int count) {
        byte[] bytes = new byte[3 * count];
        for (int i = 0; i < count; i++) {
            bytes[3 * i] = 6;
            bytes[3 * i + 2] = 1;
        }
        return bytes;
    }

    @Test
    void isTakenApartAndPutTogether() {
        Multiaddr address = Multiaddr.parse("/dns4/node1/udp/4001/quic-v1");
        String peer = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
        Multiaddr whole = address.with(Protocol.P2P, peer);

        assertThat(whole).hasToString("/dns4/node1/udp/4001/quic-v1/p2p/" + peer);
        assertThat(whole.value(Protocol.P2P)).contains(peer);
        assertThat(whole.value(Protocol.UDP)).contains("4001");
        assertThat(whole.value(Protocol.TCP)).isEmpty();
        assertThat(whole.peer()).contains(peer);
        assertThat(address.peer()).isEmpty();
        assertThat(whole.has(Protocol.QUIC_V1)).isTrue();
        assertThat(whole.without(Protocol.P2P)).isEqualTo(address);
        assertThat(address.without(Protocol.P2P)).isEqualTo(address);
        assertThat(whole.without(Protocol.QUIC_V1)).isEqualTo(whole);
        assertThat(whole.components()).hasSize(4);
    }

    @Test
    void writesAPeerIdGivenAsACidInBase58() {
        assertThat(Multiaddr.parse("/p2p/bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe"))
                .hasToString("/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
        assertThat(Multiaddr.parse("/ipfs/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N"))
                .hasToString("/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");
    }

    @Test
    void writesIp6InItsShortForm() {
        assertThat(Multiaddr.parse("/ip6/2001:0DB8:0:0:0:0:0:1/udp/1")).hasToString("/ip6/2001:db8::1/udp/1");
        Multiaddr mapped = Multiaddr.parse("/ip6/::ffff:1.2.3.4/udp/1");
        assertThat(mapped.bytes()).startsWith(HexFormat.of().parseHex("2900000000000000000000ffff01020304"));
        assertThat(Multiaddr.parse(mapped.toString())).isEqualTo(mapped);
    }
}
