package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Logs that are forged, cut, old, made up, or never end. */
class ForgedLogsIT extends AttackedNode {

    private static final String FAILED = "grapevine.sync.pulls.failed";
    private static final String VERDICTS = "grapevine.intake.verdicts";

    private final IssuerLogFixture forged = log.branch(0, number);

    /** The log that somebody continues who does not have its key. */
    private List<LogEntry> continuedByAStranger() {
        forged.entries.addAll(log.entries);
        forged.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(-number));
        return forged.entries;
    }

    /** The log up to its third event, and a rotation to a thief's key, which then signs. */
    private List<LogEntry> rotatedByAThief() {
        forged.entries.addAll(log.entries(0, 3));
        forged.rotate(IssuerLogFixture.privateKey(-number), IssuerLogFixture.privateKey(-number));
        forged.publish("thief" + number);
        return forged.entries;
    }

    @Test
    void aForgedRangeLeavesNothing() {
        refused(continuedByAStranger());
    }

    @Test
    void aForgedRotationInsideARangeLeavesNothing() {
        refused(rotatedByAThief());
        assertThat(lookup("thief" + number)).isEqualTo(404);
    }

    @Test
    void aChainThatLacksItsBeginningLeavesNothing() {
        refused(log.entries(1, 5));
    }

    @Test
    void aChainWithAHoleLeavesNothing() {
        refused(Stream.concat(log.entries(0, 2).stream(), log.entries(3, 5).stream())
                .toList());
    }

    private void refused(List<LogEntry> served) {
        double before = metric(FAILED, "reason", "refused");
        serve(served);
        awaitAbove(before, FAILED, "reason", "refused");
        assertThat(get("/api/v1/issuers/" + log.issuer.did()).statusCode()).isEqualTo(404);
        honestTrafficGoesOn();
        honestLogComes();
    }

    @Test
    void aChainThatIsCutOffIsTakenAsFarAsItGoesAndTheRestFromAnother() {
        double before = metric(FAILED, "reason", "nothing");
        serve(log.entries(0, 3));
        bad.heads = List.of(head(log.entries.getLast()));
        awaitAbove(before, FAILED, "reason", "nothing");
        awaitShown(name(2));
        assertThat(lookup(name(3))).isEqualTo(404);
        honestTrafficGoesOn();
        honestLogComes();
    }

    @Test
    void forgeriesInGossipAreRejected() {
        connect(bad.host);
        double before = metric(VERDICTS, "verdict", "reject", "reason", "forged");
        gossip(bad.host, continuedByAStranger());
        awaitAbove(before, VERDICTS, "verdict", "reject", "reason", "forged");
        forged.entries.clear();
        gossip(bad.host, rotatedByAThief());
        awaitAbove(before + 1, VERDICTS, "verdict", "reject", "reason", "forged");
        assertThat(lookup("thief" + number)).isEqualTo(404);
        honestTrafficGoesOn();
        honestLogComes();
    }

    @Test
    void anOldHeadThatIsReplayedTurnsNothingBack() {
        honestLogComes();
        String digest = digest();
        double shorter = metric("grapevine.sync.heads.shorter");
        double held = metric(VERDICTS, "verdict", "ignore", "reason", "held");
        double divergent = metric("grapevine.sync.heads.divergent");
        serve(log.entries(0, 3));
        awaitAbove(shorter, "grapevine.sync.heads.shorter");
        gossip(bad.host, log.entries(0, 3));
        awaitAbove(held, VERDICTS, "verdict", "ignore", "reason", "held");
        assertThat(digest()).isEqualTo(digest);
        assertThat(metric("grapevine.sync.heads.divergent")).isEqualTo(divergent);
        log.publish(name(5));
        gossip(honest.host, log.entries(5, 6));
        awaitShown(name(5));
        honestTrafficGoesOn();
    }

    private String digest() {
        return get("/api/v1/issuers/" + log.issuer.did()).body();
    }

    @Test
    void aHeadThatIsClaimedAndNotDeliveredIsNotBelieved() {
        double before = metric(FAILED, "reason", "nothing");
        bad.heads = List.of(new Head(log.issuer, 1_000_000, Hash.of(new byte[] {1})));
        connect(bad.host);
        awaitAbove(before, FAILED, "reason", "nothing");
        await().atMost(PATIENCE).until(() -> sync.progress().registry().completeness() == Completeness.CURRENT);
        honestTrafficGoesOn();
        honestLogComes();
        assertThat(metric("grapevine.sync.events.behind")).isZero();
    }

    @Test
    void aStreamThatNeverEndsIsCut() {
        double before = metric(FAILED, "reason", "slow");
        while (log.entries.size() < 500) {
            log.publish("many" + number + "." + log.entries.size());
        }
        bad.heads = List.of(head(log.entries.getLast()));
        bad.answer = (frames, request) -> {
            if (request instanceof Request.Range range) {
                drip(frames, Math.toIntExact(range.from()));
            } else {
                frames.closeWrite();
            }
        };
        connect(bad.host);
        bad.awaitAsked(Request.Range.class);
        honestTrafficGoesOn();
        honestLogComes();
        awaitAbove(before, FAILED, "reason", "slow");
        awaitShown("many" + number + ".499");
    }

    /** One right event a second. */
    private void drip(FrameStream frames, int from) {
        if (from < log.entries.size()) {
            frames.send(new RangePage(log.entries(from, from + 1)).encode());
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, bad.host.eventLoop())
                    .execute(() -> drip(frames, from + 1));
        }
    }
}
