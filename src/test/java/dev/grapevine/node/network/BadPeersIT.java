package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.PullFaults.Fault;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One peer that is up to no good, and one that is honest, over QUIC: the registry is whole in the end. */
class BadPeersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int EVENTS = 3_000;
    private static final long MADE_UP = 1_000_000;

    private final IssuerLogFixture issuer = new IssuerLogFixture(1);
    private final SyncNode here = new SyncNode();
    private final SyncNode honest = new SyncNode();
    private final ScriptedPeer bad = new ScriptedPeer();

    @BeforeEach
    void write() {
        issuer.describe("University");
        while (issuer.entries.size() < EVENTS) {
            issuer.publish("p" + issuer.entries.size());
        }
        honest.logs.add(issuer.issuer, issuer.entries);
        here.start();
        honest.start();
    }

    @AfterEach
    void close() {
        here.close();
        honest.close();
        bad.close();
    }

    @Test
    void aPeerThatSendsNothingIsLeftForAnother() {
        bad((frames, range) -> {});
        catchUp();
        assertThat(here.sync.faults().of(Fault.SLOW)).isPositive();
    }

    @Test
    void aPeerThatNeverEndsIsCut() {
        bad((frames, range) -> drip(frames, Math.toIntExact(Math.min(range.from(), EVENTS - 1))));
        catchUp();
        assertThat(here.sync.faults().of(Fault.SLOW)).isPositive();
    }

    @Test
    void aPeerThatClaimsAndCannotDeliverIsNotBelieved() {
        bad((frames, range) -> frames.closeWrite());
        catchUp();
        assertThat(bad.asked).hasSizeLessThan(10);
        assertThat(here.sync.faults().of(Fault.NOTHING)).isPositive();
    }

    @Test
    void aPeerThatSendsEmptyPagesForEverIsCut() {
        bad((frames, range) -> endless(frames, new byte[] {16, 1}));
        catchUp();
        assertThat(here.sync.faults().of(Fault.NOTHING)).isPositive();
    }

    @Test
    void aPeerThatSendsEventsThatNobodyAskedForIsLeftAlone() {
        List<LogEntry> others = issuer.entries(1, 50);
        bad((frames, range) -> frames.send(new RangePage(others).encode()));
        catchUp();
        assertThat(here.logs.senders).containsOnly(honest.host.peerId());
        assertThat(here.sync.faults().of(Fault.REFUSED)).isPositive();
    }

    @Test
    void aPeerWhoseFrontierNeverEndsIsCut() {
        bad.frontier = frames -> endless(frames, new FrontierPage(Optional.empty(), List.of()).encode());
        here.connect(bad.host);
        await().atMost(PATIENCE).until(() -> here.sync.traffic().failedComparisons() > 0);
        catchUp(honest);
    }

    /** Claims a head that it does not have. */
    private void bad(BiConsumer<FrameStream, Request.Range> answer) {
        bad.heads = List.of(new Head(issuer.issuer, MADE_UP, Hash.of(new byte[0])));
        bad.answer = (frames, request) -> {
            if (request instanceof Request.Range range) {
                answer.accept(frames, range);
            } else {
                frames.closeWrite();
            }
        };
        here.connect(bad.host);
        bad.awaitAsked(Request.Range.class);
    }

    private void catchUp() {
        catchUp(honest);
    }

    private void catchUp(SyncNode peer) {
        here.connect(peer);
        await().atMost(PATIENCE).until(() -> here.logs.held(issuer.issuer) == EVENTS);
        await().atMost(PATIENCE).until(() -> here.sync.progress().registry().completeness() == Completeness.CURRENT);
        assertThat(here.logs.holds(issuer)).isTrue();
    }

    /** One right event a second. */
    private void drip(FrameStream frames, int from) {
        frames.send(new RangePage(issuer.entries(from, from + 1)).encode());
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, bad.host.eventLoop())
                .execute(() -> drip(frames, Math.min(from + 1, EVENTS - 1)));
    }

    private void endless(FrameStream frames, byte[] frame) {
        frames.send(frame).thenRun(() -> bad.host.eventLoop().execute(() -> endless(frames, frame)));
    }
}
