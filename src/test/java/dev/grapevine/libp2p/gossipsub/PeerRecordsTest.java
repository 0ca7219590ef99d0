package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.gossipsub.MemorySwarms.Host;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Peer exchange with real records, among whole routers. */
class PeerRecordsTest {

    private static final String TOPIC = "news";
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final GossipsubConfig CONFIG = GossipsubConfig.defaults().withPeerExchange(Set.of());

    /** A mesh that one peer fills. */
    private static final GossipsubConfig FOR_ONE = new GossipsubConfig(
            new GossipsubConfig.Mesh(1, 1, 1, 1, 6, 1, 0, 2, 0.25),
            CONFIG.timing(),
            CONFIG.limits(),
            CONFIG.scoring(),
            true,
            true,
            CONFIG.directPeers());

    private final MemorySwarms swarms = new MemorySwarms();
    private final Host bootstrap = swarms.host(1);
    private final Host first = swarms.host(2);
    private final Host second = swarms.host(3);

    @Test
    void whoFindsNoRoomIsLedToAPeerThatHas() {
        Gossipsub late = lateFor(recordOf(first));

        assertThat(second.asked).containsExactly(recordOf(first));
        assertThat(late.meshes().get(TOPIC)).containsExactly(first.localPeer());
    }

    @Test
    void aPeerWhoseRecordIsNotKnownIsNotOffered() {
        lateFor(null);

        assertThat(second.asked).isEmpty();
    }

    @Test
    void aRecordThatIsForgedOrOfAnotherPeerIsNotTaken() {
        byte[] forged = recordOf(first).encoded();
        forged[forged.length - 1] ^= 1;
        for (byte[] record : List.of(new byte[0], forged, recordOf(bootstrap).encoded())) {
            Counters counters = new Counters();
            PeerRecords records = new PeerRecords(second, counters);
            records.connect(new PeerInfo(first.localPeer(), record));
            assertThat(second.asked).isEmpty();
            assertThat(counters.refused).containsEntry(Refusal.EXCHANGE_RECORD, 1L);
        }
    }

    @Test
    void recordsOfOneFrameHaveALimit() {
        SignedPeerRecord large = SignedPeerRecord.sign(
                first.key,
                1,
                Collections.nCopies(
                        150, Multiaddr.parse("/dns4/%s.example/udp/4001/quic-v1".formatted("x".repeat(30)))));
        bootstrap.records.put(first.localPeer(), large);
        int most = PeerRecords.MAX_BYTES_PER_FRAME / large.encoded().length;
        List<PeerInfo> peers = Collections.nCopies(most / 2, PeerInfo.of(first.localPeer()));
        Prune half = new Prune(TOPIC, 60, peers);

        Rpc rpc = new PeerRecords(bootstrap, new Counters())
                .addTo(Router.control(List.of(), List.of(), List.of(), List.of(half, half, half)));

        assertThat(rpc.prunes().stream().mapToInt(prune -> prune.peers().size()).sum())
                .isBetween(most - 1, most)
                .isPositive();
        assertThat(Codec.encode(rpc)).hasSizeLessThan(Codec.MAX_FRAME_BYTES);
        assertThat(rpc.prunes()).extracting(Prune::backoffSeconds).containsExactly(60L, 60L, 60L);
    }

    /** One that trusts the bootstrap node and joins the topic when that one's mesh is full. */
    private Gossipsub lateFor(SignedPeerRecord known) {
        if (known != null) {
            bootstrap.records.put(first.localPeer(), known);
        }
        join(bootstrap.gossipsub(FOR_ONE));
        join(first.gossipsub(CONFIG));
        swarms.connect(first, bootstrap);
        swarms.pass(HEARTBEAT);

        Gossipsub late = second.gossipsub(CONFIG);
        swarms.connect(second, bootstrap);
        late.rate(bootstrap.localPeer(), 100);
        swarms.loop.run();
        join(late);
        swarms.pass(HEARTBEAT.multipliedBy(3));
        return late;
    }

    private void join(Gossipsub gossipsub) {
        gossipsub.subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        swarms.loop.run();
    }

    private static SignedPeerRecord recordOf(Host host) {
        return SignedPeerRecord.sign(host.key, 1, List.of(Multiaddr.parse("/ip4/192.0.2.7/udp/4001/quic-v1")));
    }
}
