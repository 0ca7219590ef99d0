package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcesTest {

    /** 2 connections an address and 3 a network; 2 negotiations; 3 streams, 2 of a protocol; 100 bytes a peer, 150 in all. */
    private static final ResourceLimits LIMITS =
            new ResourceLimits(8, 4, 2, 3, 2, 3, 2, 100, 150, ResourceLimits.Handshakes.defaults());

    private final Tally tally = new Tally();
    private final Resources resources = new Resources(LIMITS, tally);
    private final PeerId peer = TestPeers.id(1);
    private final PeerId other = TestPeers.id(2);

    @ParameterizedTest
    @ValueSource(strings = {"/ip4/8.8.8.8/udp/%d/quic-v1", "/ip6/2a00:1:2:3::%d/udp/4001/quic-v1"})
    void oneMoreConnectionFromAnAddressIsRefusedUntilOneOfThoseHasEnded(String address) {
        ConnectionResources first = inbound(address.formatted(1)).orElseThrow();
        assertThat(inbound(address.formatted(2))).isPresent();

        assertThat(inbound(address.formatted(3))).isEmpty();
        assertThat(tally.refused()).containsOnlyKeys(Refusal.PREFIX_LIMIT);

        first.close();
        first.close();
        assertThat(inbound(address.formatted(4))).isPresent();
        assertThat(inbound(address.formatted(5))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ip4/8.8.8.%d/udp/4001/quic-v1", "/ip6/2a00:1:2:%d::1/udp/4001/quic-v1"})
    void oneMoreConnectionFromANetworkIsRefused(String address) {
        for (int i = 1; i <= LIMITS.maxConnectionsPerNetwork(); i++) {
            assertThat(inbound(address.formatted(i))).isPresent();
        }

        assertThat(inbound(address.formatted(9))).isEmpty();
        assertThat(inbound("/ip4/8.8.9.1/udp/4001/quic-v1")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/127.0.0.1/udp/1/quic-v1",
                "/ip4/172.18.0.2/udp/1/quic-v1",
                "/ip4/192.168.1.9/udp/1/quic-v1",
                "/ip4/100.64.0.1/udp/1/quic-v1",
                "/ip6/::1/udp/1/quic-v1",
                "/ip6/fd00::1/udp/1/quic-v1",
                "/ip6/fe80::1/udp/1/quic-v1"
            })
    void privateAddressesAreNotCounted(String address) {
        List<ConnectionResources> open = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            open.add(inbound(address).orElseThrow());
        }
        assertThat(open).hasSize(20);
        assertThat(resources.isIdle()).isTrue();
    }

    @Test
    void whomThisHostDialsIsNeitherCountedNorRefused() {
        for (int i = 0; i < 10; i++) {
            assertThat(resources.connect(peer, Multiaddr.parse("/ip4/8.8.8.8/udp/1/quic-v1"), true))
                    .isPresent();
        }
        assertThat(inbound("/ip4/8.8.8.8/udp/1/quic-v1")).isPresent();
    }

    @Test
    void oneMoreStreamOfAProtocolOrOfAConnectionIsRefused() {
        ConnectionResources connection = inbound("/ip4/8.8.8.8/udp/1/quic-v1").orElseThrow();
        assertThat(connection.openStream("/a")).isTrue();
        assertThat(connection.openStream("/a")).isTrue();
        assertThat(connection.openStream("/a")).isFalse();
        assertThat(connection.openStream("/b")).isTrue();
        assertThat(connection.openStream("/c")).isFalse();
        assertThat(tally.refused()).containsEntry(Refusal.STREAM_LIMIT, 2L);

        connection.closeStream("/a");
        assertThat(connection.openStream("/a")).isTrue();
    }

    @Test
    void oneMoreNegotiationIsRefused() {
        ConnectionResources connection = inbound("/ip4/8.8.8.8/udp/1/quic-v1").orElseThrow();
        assertThat(connection.beginNegotiation()).isTrue();
        assertThat(connection.beginNegotiation()).isTrue();
        assertThat(connection.beginNegotiation()).isFalse();
        connection.endNegotiation();
        assertThat(connection.beginNegotiation()).isTrue();
    }

    @Test
    void oneMoreByteForAPeerOrForAllIsRefused() {
        ConnectionResources mine = inbound("/ip4/8.8.8.8/udp/1/quic-v1").orElseThrow();
        ConnectionResources sameMine = inbound("/ip4/8.8.8.8/udp/2/quic-v1").orElseThrow();
        ConnectionResources others = resources
                .connect(other, Multiaddr.parse("/ip4/9.9.9.9/udp/1/quic-v1"), false)
                .orElseThrow();
        assertThat(mine.reserve(60)).isTrue();
        assertThat(sameMine.reserve(40)).isTrue();
        assertThat(mine.reserve(1)).as("101 bytes for the peer").isFalse();
        assertThat(others.reserve(51)).as("151 bytes for all").isFalse();
        assertThat(others.reserve(50)).isTrue();
        assertThat(tally.refused()).containsEntry(Refusal.MEMORY_LIMIT, 2L);
        assertThat(resources.unsentBytes()).isEqualTo(150);

        mine.release(60);
        assertThat(sameMine.reserve(60)).isTrue();
    }

    @Test
    void whatIsGivenBackLeavesNothingBehind() {
        ConnectionResources connection = inbound("/ip4/8.8.8.8/udp/1/quic-v1").orElseThrow();
        connection.reserve(10);
        assertThat(resources.isIdle()).isFalse();

        connection.release(10);
        connection.close();

        assertThat(resources.isIdle()).isTrue();
    }

    /** A transport may never say what became of bytes that it was given last. */
    @Test
    void aConnectionThatEndsGivesBackWhatWasStillToBeSent() {
        ConnectionResources connection = inbound("/ip4/8.8.8.8/udp/1/quic-v1").orElseThrow();
        connection.reserve(70);
        connection.close();
        assertThat(resources.isIdle()).isTrue();

        connection.release(70);
        assertThat(resources.unsentBytes()).isZero();
    }

    private Optional<ConnectionResources> inbound(String address) {
        return resources.connect(peer, Multiaddr.parse(address), false);
    }
}
