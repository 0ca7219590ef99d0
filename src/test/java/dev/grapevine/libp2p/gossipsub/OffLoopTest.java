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
        List<Runnable> toEventLoop = new ArrayList<>();
        List<String> done = new ArrayList<>();
        OffLoop offLoop = new OffLoop(toExecutor::add, toEventLoop::add, nanos::get);

        offLoop.submitShort(() -> job(done, "first"));
        assertThat(done).containsExactly("first");
        assertThat(toExecutor).isEmpty();
        assertThat(toEventLoop).hasSize(1);

        nanos.addAndGet(OffLoop.BETWEEN_SHORT_JOBS_NANOS - 1);
        offLoop.submitShort(() -> job(done, "too soon"));
        assertThat(done).containsExactly("first");
        assertThat(toExecutor).hasSize(1);

        nanos.addAndGet(OffLoop.BETWEEN_SHORT_JOBS_NANOS);
        offLoop.submitShort(() -> job(done, "behind one that waits"));
        assertThat(done).containsExactly("first");

        toExecutor.removeFirst().run();
        assertThat(done).containsExactly("first", "too soon", "behind one that waits");

        offLoop.submitShort(() -> job(done, "nothing waits"));
        assertThat(done).endsWith("nothing waits");
        assertThat(toExecutor).isEmpty();
    }

    private static Runnable job(List<String> done, String name) {
        done.add(name);
        return () -> {};
    }
}
