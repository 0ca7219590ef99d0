package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;

class DatagramSizeTest {

    @Test
    void headersOfIpv6AndUdpFitIntoEachFrame() {
        assertThat(new DatagramSize(1500).maxSent()).isEqualTo(1452);
        assertThat(new DatagramSize(1500).maxReceived()).isEqualTo(1500);
    }

    @Test
    void noInterfaceIsBelievedToTakeLessThanIpv6AsksForOrMoreThanJumboFrames() {
        assertThat(new DatagramSize(68).mtu()).isEqualTo(1280);
        assertThat(new DatagramSize(65_536).mtu()).isEqualTo(9000);
    }

    @Test
    void aSocketOfOneAddressHasTheFramesOfItsInterface() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int mtu = NetworkInterface.getByInetAddress(loopback).getMTU();

        assertThat(DatagramSize.of(loopback)).isEqualTo(new DatagramSize(mtu));
    }

    @Test
    void aSocketOfAllAddressesHasTheLargestFramesThatLeadToOthers() throws IOException {
        int largest = 0;
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            largest = each.isUp() && !each.isLoopback() ? Math.max(largest, each.getMTU()) : largest;
        }

        assertThat(DatagramSize.of(InetAddress.getByName("0.0.0.0"))).isEqualTo(new DatagramSize(largest));
    }

    @Test
    void anAddressThatThisMachineDoesNotHaveIsTakenForTheNarrowestLink() throws IOException {
        assertThat(DatagramSize.of(InetAddress.getByName("192.0.2.77")).mtu()).isEqualTo(1280);
    }
}
