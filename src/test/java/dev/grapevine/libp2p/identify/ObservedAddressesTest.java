package dev.grapevine.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import org.junit.jupiter.api.Test;

class ObservedAddressesTest {

    private static final Multiaddr LOCAL = Multiaddr.parse("/ip4/192.168.1.7/udp/4001/quic-v1");
    private static final Multiaddr SEEN = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");
    private static final Multiaddr ELSEWHERE = Multiaddr.parse("/ip4/8.8.8.8/udp/4002/quic-v1");

    private final ObservedAddresses observed = new ObservedAddresses();

    @Test
    void anAddressCountsOnceThreeObserversAgree() {
        observe(SEEN, 1, 0);
        observe(SEEN, 2, 0);
        assertThat(observed.confirmed(0)).isEmpty();
        observe(ELSEWHERE, 3, 0);
        assertThat(observed.confirmed(0)).isEmpty();
        observe(SEEN, 4, 0);
        assertThat(observed.confirmed(0)).containsExactly(SEEN);
    }

    @Test
    void peersAtOneAddressAreOneObserverWhoseLastWordCounts() {
        for (int port = 1; port <= 10; port++) {
            observed.observed(SEEN, LOCAL, Multiaddr.parse("/ip4/9.9.9.1/udp/" + port + "/quic-v1"), 0);
        }
        assertThat(observed.confirmed(0)).isEmpty();
        observe(SEEN, 2, 0);
        observe(SEEN, 3, 0);
        assertThat(observed.confirmed(0)).containsExactly(SEEN);
        observe(ELSEWHERE, 3, 0);
        assertThat(observed.confirmed(0)).isEmpty();
    }

    @Test
    void privateAddressesAndThoseOfAnotherTransportArePassedOver() {
        for (int i = 1; i <= ObservedAddresses.MIN_OBSERVERS; i++) {
            observe(Multiaddr.parse("/ip4/10.1.2.3/udp/4001/quic-v1"), i, 0);
            observe(Multiaddr.parse("/ip4/8.8.8.8/tcp/4001"), i, 0);
            observe(Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1"), i, 0);
        }
        assertThat(observed.confirmed(0)).isEmpty();
    }

    @Test
    void anObservationIsForgottenInTime() {
        for (int i = 1; i <= ObservedAddresses.MIN_OBSERVERS; i++) {
            observe(SEEN, i, i);
        }
        assertThat(observed.confirmed(ObservedAddresses.LIFETIME_MILLIS)).containsExactly(SEEN);
        assertThat(observed.confirmed(ObservedAddresses.LIFETIME_MILLIS + 1)).isEmpty();
    }

    @Test
    void observersBeyondTheLimitPushOutTheOldest() {
        for (int i = 1; i <= ObservedAddresses.MIN_OBSERVERS; i++) {
            observe(SEEN, i, 0);
        }
        for (int i = 0; i < ObservedAddresses.MAX_OBSERVATIONS - ObservedAddresses.MIN_OBSERVERS; i++) {
            observe(Multiaddr.parse("/ip4/8.8.4.4/udp/" + (i + 1) + "/quic-v1"), 1_000 + i, 0);
        }
        assertThat(observed.confirmed(0)).containsExactly(SEEN);
        observe(ELSEWHERE, 999, 0);
        assertThat(observed.confirmed(0)).isEmpty();
    }

    private void observe(Multiaddr address, int observer, long nowMillis) {
        Multiaddr remote = Multiaddr.parse("/ip4/9.9." + observer / 256 + "." + observer % 256 + "/udp/1/quic-v1");
        observed.observed(address, LOCAL, remote, nowMillis);
    }
}
