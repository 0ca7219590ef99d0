package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.sql.BatchWorker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What the registry keeps in memory is bounded, and what is beyond the bound is dropped in the way that is said. */
class BoundsTest {

    private static final Instant NOON = Instant.ofEpochMilli(IssuerLogFixture.NOON);

    private static final PeerId PEER = PeerId.of(IssuerLogFixture.privateKey(1).publicKey());

    @Test
    void aQueueTakesWhatFitsAndNothingMore() {
        Sinks.Empty<Void> firstBatch = Sinks.empty();
        List<List<Integer>> batches = new ArrayList<>();
        BatchWorker<Integer> worker = new BatchWorker<>(10, 4, item -> item, batch -> {
            batches.add(batch);
            return batches.size() == 1 ? firstBatch.asMono() : Mono.empty();
        });
        assertThat(worker.offer(1)).isTrue(); // is with the database now
        assertThat(worker.offer(3)).isTrue();
        assertThat(worker.offer(1)).isTrue();
        assertThat(worker.offer(6)).isTrue();
        assertThat(worker.offer(1)).isFalse();
        firstBatch.tryEmitEmpty();
        assertThat(batches).containsExactly(List.of(1), List.of(3, 1), List.of(6));
        assertThat(worker.offer(10)).isTrue();
        assertThat(worker.offer(11)).isFalse();
        BatchWorker.Stats stats = worker.stats();
        assertThat(stats.refused()).isEqualTo(2);
        assertThat(stats.batches()).isEqualTo(4);
        assertThat(stats.batched()).isEqualTo(5);
        assertThat(stats.queued()).isZero();
    }

    @Test
    void aLoneItemGoesAtOnceAndBatchesGrowWithTheLoad() {
        Sinks.Empty<Void> commit = Sinks.empty();
        List<Integer> sizes = new ArrayList<>();
        BatchWorker<Integer> worker = new BatchWorker<>(
                Publisher.MAX_QUEUED_BYTES, Publisher.MAX_BATCH_BYTES, item -> Publisher.MIN_REQUEST_BYTES, batch -> {
                    sizes.add(batch.size());
                    return sizes.size() == 2 ? commit.asMono() : Mono.empty();
                });
        worker.offer(0);
        assertThat(sizes).as("nobody was waited for").containsExactly(1);
        for (int i = 0; i < 1 + 700; i++) {
            worker.offer(i);
        }
        commit.tryEmitEmpty();
        assertThat(sizes).containsExactly(1, 1, 512, 188);
    }

    @Test
    void aFailedBatchDoesNotStopTheNext() {
        List<Integer> done = new ArrayList<>();
        BatchWorker<Integer> worker = new BatchWorker<>(10, 1, item -> 1, batch -> {
            done.addAll(batch);
            return Mono.error(new IllegalStateException("the database is gone"));
        });
        worker.offer(1);
        worker.offer(2);
        assertThat(done).containsExactly(1, 2);
    }

    @Test
    void oneIssuerCannotFillThePlaceForRunsThatWait() {
        IssuerLogFixture log = logOf(2000);
        Aside aside = new Aside();
        int kept = 0;
        for (LogEntry entry : log.entries.subList(2, 2000)) {
            kept += aside.keep(received(log, entry), NOON) ? 1 : 0;
        }
        int size = received(log, log.entries.get(1500)).bytes();
        assertThat(aside.bytes()).isBetween(Aside.MAX_ISSUER_BYTES - size, Aside.MAX_ISSUER_BYTES);
        assertThat(kept).isLessThan(1998);
        assertThat(aside.take(log.issuer, 10)).hasSize(9);
        assertThat(aside.take(log.issuer, Long.MAX_VALUE)).hasSize(kept - 9);
        assertThat(aside.bytes()).isZero();
    }

    @Test
    void aRunThatWaitsAlreadyWaitsOnce() {
        IssuerLogFixture log = logOf(3);
        Aside aside = new Aside();
        aside.keep(received(log, log.entries.get(2)), NOON);
        aside.keep(received(log, log.entries.get(2)), NOON);
        assertThat(aside.take(log.issuer, 2)).hasSize(1);
    }

    @Test
    void ofEarlyRunsTheLatestGoFirst() {
        IssuerLogFixture log = logOf(5000);
        EarlyRuns early = new EarlyRuns();
        for (int i = 1; i < 5000; i++) {
            early.hold(new EarlyRuns.Held(log.entries(i, i + 1), PEER, i), 0);
        }
        assertThat(early.bytes()).isLessThanOrEqualTo(EarlyRuns.MAX_BYTES);
        assertThat(early.ready(0)).isEmpty();
        assertThat(early.ready(100)).hasSize(100);
        assertThat(early.ready(Long.MAX_VALUE)).hasSizeLessThan(4899);
        assertThat(early.bytes()).isZero();
    }

    @Test
    void whatIsReadyInMoreThanAnHourIsNotHeld() {
        IssuerLogFixture log = logOf(3);
        EarlyRuns early = new EarlyRuns();
        long latest = 5 + EarlyRuns.MAX_WAIT.toMillis();
        early.hold(new EarlyRuns.Held(log.entries(1, 2), PEER, latest), 5);
        early.hold(new EarlyRuns.Held(log.entries(2, 3), PEER, latest + 1), 5);
        assertThat(early.ready(Long.MAX_VALUE)).hasSize(1);
    }

    @Test
    void whatHasWaitedForLongGoesAndLeavesNoTrace() {
        IssuerLogFixture log = logOf(4);
        Aside aside = new Aside();
        aside.keep(received(log, log.entries.get(2)), NOON);
        aside.keep(received(log, log.entries.get(3)), NOON.plusMillis(1));
        aside.expire(NOON.plus(Aside.MAX_AGE));
        assertThat(aside.take(log.issuer, 2)).hasSize(1);
        aside.keep(received(log, log.entries.get(2)), NOON);
        aside.expire(NOON.plus(Aside.MAX_AGE).plusMillis(1));
        assertThat(aside.take(log.issuer, 2)).isEmpty();
        assertThat(aside.take(log.issuer, 3)).hasSize(1);
        assertThat(aside.bytes()).isZero();
    }

    private static IssuerLogFixture logOf(int events) {
        IssuerLogFixture log = new IssuerLogFixture(3);
        log.describe("University");
        while (log.entries.size() < events) {
            log.publish("p" + log.entries.size());
        }
        return log;
    }

    private static Received received(IssuerLogFixture log, LogEntry entry) {
        int index = Math.toIntExact(entry.event().sequence());
        LogKeys keys = LogKeys.ofUnknown(log.issuer);
        return new Received(log.run(index, index + 1), keys, keys, List.of(new ReadEntry(entry)), PEER);
    }
}
