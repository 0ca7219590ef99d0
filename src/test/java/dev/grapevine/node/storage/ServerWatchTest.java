package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerWatchTest {

    private final FakeServer server = new FakeServer();
    private long nanos = -5; // a monotonic clock may be negative
    private final ServerWatch watch = new ServerWatch(server, () -> nanos);

    private static final class FakeServer implements ServerWatch.Server {
        boolean running = true;
        boolean starts = true;
        int attempts;

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public void startAgain() throws IOException {
            attempts++;
            if (!starts) {
                throw new IOException("no space left on device");
            }
            running = true;
        }
    }

    @AfterEach
    void end() {
        watch.close();
    }

    @Test
    void leavesARunningServerAlone() {
        watch.check();
        assertThat(server.attempts).isZero();
    }

    @Test
    void startsAServerThatHasEndedAtOnceAndAgainEachTimeItEnds() {
        for (int i = 1; i <= 3; i++) {
            server.running = false;
            watch.check();
            watch.check();
            assertThat(server.attempts).isEqualTo(i);
        }
    }

    @Test
    void triesEverMoreSeldomWhileItDoesNotStartAndNeverGivesUp() {
        server.running = false;
        server.starts = false;
        watch.check();
        assertThat(server.attempts).isEqualTo(1);
        Duration backoff = ServerWatch.FIRST_BACKOFF;
        for (int attempts = 2; attempts <= 20; attempts++) {
            nanos += backoff.toNanos() - 1;
            watch.check();
            assertThat(server.attempts).as("before %s are over", backoff).isEqualTo(attempts - 1);
            nanos++;
            watch.check();
            assertThat(server.attempts).as("after %s", backoff).isEqualTo(attempts);
            backoff = backoff.multipliedBy(2);
            if (backoff.compareTo(ServerWatch.MAX_BACKOFF) > 0) {
                backoff = ServerWatch.MAX_BACKOFF;
            }
        }
        server.starts = true;
        nanos += ServerWatch.MAX_BACKOFF.toNanos();
        watch.check();
        assertThat(server.running).isTrue();
    }

    @Test
    void aFailureOfItsOwnIsNotTheLastCheck() {
        ServerWatch unsure = new ServerWatch(
                new ServerWatch.Server() {
                    @Override
                    public boolean isRunning() throws IOException {
                        throw new IOException("too many open files");
                    }

                    @Override
                    public void startAgain() {
                        throw new AssertionError("it may be running");
                    }
                },
                () -> nanos);
        unsure.check();
        unsure.close();
    }
}
