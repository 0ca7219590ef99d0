package dev.grapevine.node.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A worker that rests, on a clock of its own; each batch takes {@link #TAKES}. */
class RestingWorkerTest {

    private static final Duration TAKES = Duration.ofMillis(6);
    private static final Duration MOMENT = Duration.ofNanos(1000);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<List<Integer>> batches = new ArrayList<>();
    private Duration takes = TAKES;
    private final BatchWorker<Integer> worker = BatchWorker.resting(
            10_000,
            1_000,
            item -> 1,
            batch -> {
                batches.add(batch);
                return Mono.delay(takes, time).then();
            },
            time);

    @Test
    void whoSendsOneItemAfterTheOtherIsNotMadeToWait() {
        for (int i = 0; i < 5; i++) {
            worker.offer(i);
            assertThat(batches).hasSize(i + 1);
            pass(TAKES);
        }
    }

    @Test
    void afterABatchOfSeveralTheNextGathersForAsLongAgain() {
        worker.offer(0);
        offer(1, 3);
        pass(TAKES);
        assertThat(batches).containsExactly(List.of(0), List.of(1, 2));

        worker.offer(3);
        pass(TAKES);
        pass(TAKES.minus(MOMENT));
        worker.offer(4);
        assertThat(batches).hasSize(2);

        pass(MOMENT);
        assertThat(batches).hasSize(3).last().isEqualTo(List.of(3, 4));
    }

    @Test
    void aRestEndsWhenEnoughWait() {
        offer(0, 3);
        pass(TAKES);
        pass(TAKES);
        assertThat(batches).hasSize(2);

        offer(3, 3 + BatchWorker.ENOUGH - 1);
        assertThat(batches).hasSize(2);
        worker.offer(100);
        assertThat(batches)
                .hasSize(3)
                .last()
                .satisfies(batch -> assertThat(batch).hasSize(BatchWorker.ENOUGH));
    }

    @Test
    void whatComesAfterARestGoesAtOnce() {
        offer(0, 3);
        pass(TAKES);
        pass(TAKES);
        pass(TAKES);
        worker.offer(3);

        assertThat(batches).hasSize(3).last().isEqualTo(List.of(3));
    }

    @Test
    void noRestIsLongerThanItsBound() {
        takes = BatchWorker.MAX_REST.multipliedBy(10);
        offer(0, 3);
        pass(takes);
        pass(takes);
        worker.offer(3);
        assertThat(batches).hasSize(2);

        pass(BatchWorker.MAX_REST);
        assertThat(batches).hasSize(3);
    }

    private void offer(int from, int to) {
        IntStream.range(from, to).forEach(worker::offer);
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }
}
