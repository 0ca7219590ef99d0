package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.testapi.LeakDetector;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class QuicLeakTest {

    private static final String CONTROL = LeakDetector.ON_PURPOSE;

    private final Queue<String> reports = new ConcurrentLinkedQueue<>();
    private final Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            reports.add(event.getFormattedMessage());
        }
    };
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void watch() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        appender.start();
        log.setAdditive(false);
        log.addAppender(appender);
    }

    @AfterEach
    void stopWatching() {
        log.detachAppender(appender);
        log.setAdditive(true);
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void keepsNothingOfConnectionsThatHaveEnded() throws Exception {
        try (TestHost alice = new TestHost();
                TestHost bob = new TestHost()) {
            Multiaddr address = bob.listen();
            alice.listen();
            for (int i = 0; i < 50; i++) {
                Connection dialled = alice.dial(address, bob.peerId);
                Connection accepted = bob.nextAccepted();
                Collector whole = alice.open(dialled);
                alice.get(() -> whole.stream.write(new byte[10_000]));
                Collector cut = alice.open(dialled);
                alice.run(() -> {
                    cut.stream.write(new byte[10_000]);
                    cut.stream.reset();
                });
                if (i % 2 == 0) {
                    alice.run(dialled::close);
                } else {
                    bob.run(accepted::close);
                }
                alice.awaitClosed(dialled);
                bob.awaitClosed(accepted);
                alice.dialFails(address, alice.peerId);
            }

            await().atMost(TestHost.PATIENCE).until(() -> alice.connectionCount() + bob.connectionCount() == 0);
            assertThat(alice.ask(alice.transport::dialledIdCount)).isZero();
        }
        // what is reported after everything else was lost shows that the detector had its chance
        leakOnPurpose();
        await().atMost(TestHost.PATIENCE).until(() -> {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
            return reports.stream().anyMatch(report -> report.contains(CONTROL));
        });
        assertThat(reports).allMatch(report -> report.contains(CONTROL));
    }

    private static void leakOnPurpose() {
        ByteBufAllocator.DEFAULT.directBuffer(16).touch(CONTROL);
    }
}
