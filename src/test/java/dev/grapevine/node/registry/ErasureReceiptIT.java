package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Erasures.PeerReceipt;
import dev.grapevine.node.registry.Erasures.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Who has seen an erasure, as comparisons of frontiers show it. */
class ErasureReceiptIT {

    private static final PeerId PEER = peer(1);
    private static final PeerId LATE = peer(2);

    private final TestRegistry node = TestRegistry.onNewDatabase(1);
    private long publishedAt;

    @BeforeEach
    void publishAda() {
        node.start();
        node.publish("ada");
        publishedAt = head();
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void whoWasNeverErasedHasNoReceipt() {
        assertThat(TestRegistry.await(node.erasures.receipt(new UUID(1, 2)))).isNull();
        UUID ada = node.lookup("ada").getFirst().profileId();
        assertThat(TestRegistry.await(node.erasures.receipt(ada))).isNull();
    }

    @Test
    void aPeerAcknowledgesWhenItHoldsTheLogUpToTheTombstone() {
        see(PEER, publishedAt);
        see(LATE, publishedAt);
        UUID ada = node.erase("ada");
        long tombstone = head();
        Instant erasedAt = node.clock.instant();
        assertThat(receipt(ada).peers()).allSatisfy(peer -> {
            assertThat(peer.acknowledgedAt()).isEmpty();
            assertThat(peer.holds()).contains(publishedAt);
        });

        later();
        see(PEER, tombstone);
        Instant acknowledgedAt = node.clock.instant();
        later();
        node.publish("bob");
        see(PEER, head());
        see(LATE, publishedAt);

        Receipt receipt = receipt(ada);
        assertThat(receipt.sequence()).isEqualTo(tombstone);
        assertThat(receipt.erasedAt()).isEqualTo(erasedAt);
        assertThat(receipt.issuer()).isEqualTo(node.identity.id());
        assertThat(receipt.morePeers()).isFalse();
        assertThat(receipt.peers())
                .containsExactlyInAnyOrder(
                        new PeerReceipt(
                                PEER, Optional.of(acknowledgedAt), Optional.of(tombstone), node.clock.instant()),
                        new PeerReceipt(LATE, Optional.empty(), Optional.of(publishedAt), node.clock.instant()));
    }

    @Test
    void aPeerThatHoldsNothingIsOutstandingUntilItHoldsAll() {
        UUID ada = node.erase("ada");
        await(node.logPeers.seenWithout(LATE));
        assertThat(receipt(ada).peers())
                .containsExactly(new PeerReceipt(LATE, Optional.empty(), Optional.empty(), node.clock.instant()));
        see(LATE, head());
        assertThat(receipt(ada).peers())
                .singleElement()
                .satisfies(peer -> assertThat(peer.acknowledgedAt()).isPresent());
    }

    @Test
    void anotherHistoryAcknowledgesNothing() {
        UUID ada = node.erase("ada");
        await(node.logPeers.seen(PEER, head(), Hash.of(new byte[1])));
        await(node.logPeers.seen(PEER, head() + 5, Hash.of(new byte[1])));
        assertThat(receipt(ada).peers()).singleElement().satisfies(peer -> {
            assertThat(peer.acknowledgedAt()).isEmpty();
            assertThat(peer.holds()).isEmpty();
        });
    }

    @Test
    void whatIsKnownSurvivesTheNode() {
        UUID ada = node.erase("ada");
        see(PEER, head());
        try (TestRegistry restarted = new TestRegistry(node.url, 1, connections -> connections)) {
            assertThat(TestRegistry.await(restarted.erasures.receipt(ada))).isEqualTo(receipt(ada));
        }
    }

    @Test
    void comparisonsWithoutAnErasureBetweenThemLeaveOneRow() {
        for (int i = 0; i < 5; i++) {
            see(PEER, head());
            node.publish("person" + i);
        }
        assertThat(node.count("SELECT count(*) FROM log_acknowledgements")).isEqualTo(1);
        node.erase("person1");
        node.erase("person2");
        see(PEER, head());
        assertThat(node.count("SELECT count(*) FROM log_acknowledgements")).isEqualTo(2);
    }

    @Test
    void onlySoManyStepsOfAPeerAreKept() {
        see(PEER, publishedAt);
        node.run("INSERT INTO log_acknowledgements (peer, sequence, seen_at) SELECT peer, -n, last_seen_at"
                + " FROM log_peers, generate_series(1, " + LogPeers.MAX_STEPS_PER_PEER + ") AS n");
        UUID ada = node.erase("ada");
        see(PEER, head());
        assertThat(node.count("SELECT count(*) FROM log_acknowledgements")).isEqualTo(LogPeers.MAX_STEPS_PER_PEER);
        assertThat(receipt(ada).peers().getFirst().acknowledgedAt()).isPresent();
    }

    @Test
    void onlySoManyPeersAreRememberedAndThoseAwayForLongAreForgotten() {
        UUID ada = node.erase("ada");
        see(PEER, head());
        node.run("INSERT INTO log_peers (peer, last_seen_at) SELECT decode('"
                + HexFormat.of().formatHex(LATE.bytes())
                + "', 'hex') || int4send(n), now() FROM generate_series(2, " + LogPeers.MAX_PEERS + ") AS n");
        see(LATE, head());
        assertThat(node.count("SELECT count(*) FROM log_peers")).isEqualTo(LogPeers.MAX_PEERS);
        node.run("DELETE FROM log_peers WHERE octet_length(peer) > " + LATE.bytes().length);
        assertThat(receipt(ada).peers()).extracting(PeerReceipt::peer).containsExactly(PEER);

        node.clock.now = node.clock.now.plus(LogPeers.REMEMBERED);
        await(node.logPeers.prune());
        assertThat(receipt(ada).peers()).hasSize(1);
        later();
        see(LATE, head());
        await(node.logPeers.prune());
        assertThat(receipt(ada).peers()).extracting(PeerReceipt::peer).containsExactly(LATE);
        assertThat(node.count("SELECT count(*) FROM log_acknowledgements")).isEqualTo(1);
    }

    private void see(PeerId peer, long sequence) {
        Hash hash = node.range(node.identity.id(), sequence).getFirst().event().hash();
        await(node.logPeers.seen(peer, sequence, hash));
    }

    private long head() {
        return TestRegistry.await(node.log.head(node.identity.id())).sequence();
    }

    private Receipt receipt(UUID profileId) {
        return TestRegistry.await(node.erasures.receipt(profileId));
    }

    private void later() {
        node.clock.now = node.clock.now.plus(Duration.ofMinutes(1));
    }

    private static void await(Mono<Void> mono) {
        mono.block(TestRegistry.PATIENCE);
    }

    private static PeerId peer(int seed) {
        return PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
    }
}
