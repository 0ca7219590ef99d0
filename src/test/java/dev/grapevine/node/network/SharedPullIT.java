package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A long log is pulled over QUIC from several peers at once. */
class SharedPullIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 10_000;

    private final IssuerLogFixture issuer = new IssuerLogFixture(1);
    private final SyncNode here = new SyncNode();
    private final SyncNode alice = new SyncNode();
    private final SyncNode bob = new SyncNode();

    @BeforeEach
    void write() {
        issuer.describe("University");
        while (issuer.entries.size() < EVENTS) {
            issuer.publish("p" + issuer.entries.size());
        }
        alice.logs.add(issuer.issuer, issuer.entries);
        bob.logs.add(issuer.issuer, issuer.entries);
        here.start();
        alice.start();
        bob.start();
    }

    @AfterEach
    void close() {
        here.close();
        alice.close();
        bob.close();
    }

    @Test
    void twoPeersShareALongLog() {
        here.connect(alice);
        here.connect(bob);
        awaitAll();
        PeerId first = alice.host.peerId();
        PeerId second = bob.host.peerId();
        assertThat(here.logs.senders).contains(first, second);
        assertThat(Collections.frequency(here.logs.senders, first)).isGreaterThan(here.logs.senders.size() / 10);
        assertThat(Collections.frequency(here.logs.senders, second)).isGreaterThan(here.logs.senders.size() / 10);
        assertThat(here.sync.progress().eventsApplied()).isEqualTo(EVENTS);
        assertThat(here.sync.progress().eventsToGo()).isZero();
    }

    @Test
    void resumesAfterACutWithWhoIsLeft() {
        here.connect(alice);
        await().atMost(PATIENCE).until(() -> here.logs.held(issuer.issuer) > EVENTS / 10);
        alice.close();
        int held = here.logs.held(issuer.issuer);
        assertThat(held).isLessThan(EVENTS);
        here.connect(bob);
        awaitAll();
        assertThat(here.logs.senders).startsWith(alice.host.peerId()).endsWith(bob.host.peerId());
        assertThat(here.sync.progress().eventsApplied()).isEqualTo(EVENTS);
    }

    private void awaitAll() {
        await().atMost(PATIENCE).until(() -> here.logs.held(issuer.issuer) == EVENTS);
        await().atMost(PATIENCE).until(() -> here.sync.progress().registry().completeness() == Completeness.CURRENT);
        assertThat(here.logs.holds(issuer)).isTrue();
    }
}
