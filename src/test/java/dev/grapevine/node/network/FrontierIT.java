package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.Request.Kind;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes with 100,000 issuers compare their frontiers over QUIC; every byte of the streams counts. */
class FrontierIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ISSUERS = 100_000;

    private final Random random = new Random(20261128);
    private final SyncNode here = new SyncNode();
    private final SyncNode there = new SyncNode();

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void equalFrontiersAreComparedInLessThanAKibibyte() {
        fill();
        connect();
        assertThat(here.sync.traffic().comparisons()).isEqualTo(1);
        assertThat(here.sync.traffic().bytes(Kind.FRONTIER)).isBetween(1L, 1023L);
        assertThat(here.sync.traffic().bytes(Kind.RANGE)).isZero();
    }

    @Test
    void oneIssuerThatDiffersIsFoundInLessThanEightKibibytes() {
        fill();
        IssuerLogFixture issuer = new IssuerLogFixture(1);
        issuer.describe("University");
        there.logs.add(issuer.issuer, issuer.entries);
        connect();
        assertThat(here.logs.held(issuer.issuer)).isEqualTo(1);
        assertThat(here.sync.traffic().comparisons()).isEqualTo(1);
        assertThat(here.sync.traffic().bytes(Kind.FRONTIER)).isBetween(1L, 8 * 1024L - 1);
        assertThat(here.logs.frontier.digest()).isEqualTo(there.logs.frontier.digest());
    }

    private void fill() {
        for (int i = 0; i < ISSUERS; i++) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            IssuerId issuer = new IssuerId(PublicKey.ed25519(key));
            LogHead head = new LogHead(issuer, random.nextInt(1_000), Hash.of(key), 0, LogKeys.ofUnknown(issuer));
            here.logs.frontier.advanced(head);
            there.logs.frontier.advanced(head);
        }
    }

    private void connect() {
        here.start();
        there.start();
        here.connect(there);
        await().atMost(PATIENCE).until(() -> here.sync.progress().registry().completeness() == Completeness.CURRENT);
    }
}
