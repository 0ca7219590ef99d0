package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Heavy work beside the event loop. */
class OffLoopTest {

    @Test
    void jobsRunOneAfterTheOtherInOrderOnAnyExecutor() throws InterruptedException {
        int jobs = 10_000;
        List<Integer> done = new ArrayList<>();
        List<Integer> answered = new ArrayList<>();
        AtomicInteger atOnce = new AtomicInteger();
        CountDownLatch last = new CountDownLatch(jobs);
        try (ExecutorService executor = Executors.newFixedThreadPool(4);
                ExecutorService eventLoop = Executors.newSingleThreadExecutor()) {
            OffLoop offLoop = new OffLoop(executor, eventLoop, System::nanoTime);
            IntStream.range(0, jobs)
                    .forEach(i -> offLoop.submit(() -> {
                        assertThat(atOnce.incrementAndGet()).isEqualTo(1);
                        done.add(i);
                        atOnce.decrementAndGet();
                        return () -> {
                            answered.add(i);
                            last.countDown();
                        };
                    }));
            assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(done).hasSize(jobs).isSorted();
        assertThat(answered).isEqualTo(done);
    }

    @Test
    void aJobThatThrowsDoesNotStopTheNext() {
        List<String> answered = new ArrayList<>();
        OffLoop offLoop = new OffLoop(Runnable::run, Runnable::run, System::nanoTime);
        offLoop.submit(() -> {
            throw new IllegalStateException("broken");
        });
        offLoop.submit(() -> () -> answered.add("next"));
        assertThat(answered).containsExactly("next");
    }

    @Test
    void theEventLoopDoesAShortJobItselfNowAndThen() {
        AtomicLong nanos = new AtomicLong();
        List<Runnable> toExecutor = new ArrayList<>();
        List<String> done = new ArrayList<>();
        OffLoop offLoop = new OffLoop(toExecutor::add, Runnable::run, nanos::get);

        offLoop.submitShort(() -> job(done, "first"));
        assertThat(done).containsExactly("first", "first answered");
        assertThat(toExecutor).isEmpty();

        nanos.addAndGet(OffLoop.BETWEEN_SHORT_JOBS_NANOS - 1);
        offLoop.submitShort(() -> job(done, "too soon"));
        assertThat(done).hasSize(2);
        assertThat(toExecutor).hasSize(1);

        nanos.addAndGet(OffLoop.BETWEEN_SHORT_JOBS_NANOS);
        offLoop.submitShort(() -> job(done, "behind one that waits"));
        assertThat(done).hasSize(2);

        toExecutor.removeFirst().run();
        assertThat(done)
                .endsWith("too soon", "behind one that waits", "too soon answered", "behind one that waits answered");

        offLoop.submitShort(() -> job(done, "nothing waits"));
        assertThat(done).endsWith("nothing waits", "nothing waits answered");
        assertThat(toExecutor).isEmpty();
    }

    private static Runnable job(List<String> done, String name) {
        done.add(name);
        return () -> done.add(name + " answered");
    }
}
