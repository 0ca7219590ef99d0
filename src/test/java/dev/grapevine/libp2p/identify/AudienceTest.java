package dev.grapevine.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.TestPeers;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AudienceTest {

    private static final Multiaddr LOOPBACK = Multiaddr.parse("/ip4/127.0.0.1/udp/4001/quic-v1");
    private static final Multiaddr PRIVATE = Multiaddr.parse("/ip4/172.18.0.2/udp/4001/quic-v1");
    private static final Multiaddr UNIQUE_LOCAL = Multiaddr.parse("/ip6/fd00::2/udp/4001/quic-v1");
    private static final Multiaddr PUBLIC = Multiaddr.parse("/ip4/8.8.8.8/udp/4001/quic-v1");
    private static final Multiaddr NAME = Multiaddr.parse("/dns4/node.example.org/udp/4001/quic-v1");
    private static final List<Multiaddr> ALL = List.of(LOOPBACK, PRIVATE, UNIQUE_LOCAL, PUBLIC, NAME);

    @Test
    void aPeerIsToldNoMoreThanWhatMeansSomethingWhereItIs() {
        assertThat(Audience.of(LOOPBACK).select(ALL, Set.of())).isEqualTo(ALL);
        assertThat(Audience.of(PRIVATE).select(ALL, Set.of())).containsExactly(PRIVATE, UNIQUE_LOCAL, PUBLIC, NAME);
        assertThat(Audience.of(PUBLIC).select(ALL, Set.of())).containsExactly(PUBLIC, NAME);
    }

    @Test
    void theInternetAloneIsNotToldOfWhereItDoesNotReachThisHost() {
        Set<Multiaddr> notReached = Set.of(PUBLIC);

        assertThat(Audience.of(PUBLIC).select(ALL, notReached)).containsExactly(NAME);
        assertThat(Audience.of(PRIVATE).select(ALL, notReached)).contains(PUBLIC);
    }

    @Test
    void eachAudienceHasARecordOfItsOwnWithGrowingNumbersThatIsSignedOnce() {
        OwnRecord own = new OwnRecord(TestPeers.key(1), InstantSource.system());
        List<SignedPeerRecord> records = Stream.of(Audience.PRIVATE_NETWORK, Audience.INTERNET)
                .map(audience -> own.of(audience, audience.select(ALL, Set.of())))
                .toList();

        assertThat(records.get(0).record().addresses()).contains(PRIVATE);
        assertThat(records.get(1).record().addresses()).containsExactly(PUBLIC, NAME);
        assertThat(records.get(1).record().seq())
                .isGreaterThan(records.get(0).record().seq());
        assertThat(own.of(Audience.INTERNET, List.of(PUBLIC, NAME))).isSameAs(records.get(1));
        assertThat(own.of(Audience.INTERNET, List.of()).record().addresses()).isEmpty();
    }
}
