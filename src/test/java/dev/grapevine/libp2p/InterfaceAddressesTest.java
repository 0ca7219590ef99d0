package dev.grapevine.libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterfaceAddressesTest {

    @Test
    void putsTheInterfacesInThePlaceOfAnUnspecifiedAddressLoopbackLast() {
        List<Multiaddr> expanded = InterfaceAddresses.expand(List.of(Multiaddr.parse("/ip4/0.0.0.0/udp/4001/quic-v1")));

        assertThat(expanded)
                .isNotEmpty()
                .allSatisfy(address -> assertThat(address.toString())
                        .startsWith("/ip4/")
                        .endsWith("/udp/4001/quic-v1")
                        .doesNotContain("0.0.0.0/")
                        .doesNotContain("/169.254."));
        assertThat(expanded.getLast()).hasToString("/ip4/127.0.0.1/udp/4001/quic-v1");
    }

    @Test
    void keepsToTheFamilyOfTheAddress() {
        assertThat(InterfaceAddresses.expand(List.of(Multiaddr.parse("/ip6/::/udp/4001/quic-v1"))))
                .allSatisfy(address -> assertThat(address.toString())
                        .startsWith("/ip6/")
                        .doesNotContain("/ip6/::/")
                        .doesNotContain("/ip6/fe80"));
    }

    @Test
    void leavesOtherAddressesAsTheyAre() {
        Multiaddr address = Multiaddr.parse("/ip4/10.1.2.3/udp/4001/quic-v1");

        assertThat(InterfaceAddresses.expand(List.of(address, address))).containsExactly(address);
    }
}
