package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.Gap;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.tracing.Spans;
import io.r2dbc.spi.Result;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Gossip that could not be applied is missed, and somebody is told. */
class LostGossipIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1);
    private final IssuerLogFixture log = new IssuerLogFixture(7);

    @BeforeEach
    void begin() {
        log.describe("University");
        log.publish("ada");
        log.publish("bob");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aRunWhoseTransactionFailsIsAGap() {
        List<Gap> gaps = new CopyOnWriteArrayList<>();
        node.intake.gaps().subscribe(gaps::add);
        node.pull(log.entries(0, 1));
        long applied = node.intake.applied();
        run("ALTER TABLE profiles RENAME TO elsewhere");
        assertThat(node.gossip(log.entries(1, 3)).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        Awaitility.await().atMost(TestRegistry.PATIENCE).until(() -> !gaps.isEmpty());
        assertThat(gaps).containsExactly(new Gap(log.issuer, 1, 2, TestRegistry.PEER));
        assertThat(node.intake.applied()).isEqualTo(applied);

        run("ALTER TABLE elsewhere RENAME TO profiles");
        assertThat(node.pull(log.entries(1, 3))).isEqualTo(new Pulled.Applied(2));
        assertThat(node.intake.applied()).isGreaterThan(applied);
    }

    @Test
    void gossipThatNobodyHasTimeToJudgeIsDroppedAndItsForwarderNamed() {
        Scheduler busy = Schedulers.fromExecutor(task -> {
            throw new RejectedExecutionException("busy");
        });
        PostgresIntake intake = new PostgresIntake(
                node.transactions,
                new RunVerifier(IssuerLogFixture.NETWORK),
                node.frontier,
                node.forks,
                node.clock,
                busy,
                Spans.off(),
                node.admission);
        List<PeerId> dropped = new CopyOnWriteArrayList<>();
        intake.dropped().subscribe(dropped::add);
        Verdict verdict =
                TestRegistry.await(intake.gossip(new ProfileMessage(log.entries).encode(), TestRegistry.PEER));
        assertThat(verdict).isEqualTo(Verdict.ignore("overloaded"));
        assertThat(dropped).containsExactly(TestRegistry.PEER);
    }

    private void run(String sql) {
        TestRegistry.await(node.transactions
                .read(connection -> connection.createStatement(sql).execute().flatMap(Result::getRowsUpdated))
                .then());
    }
}
