package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.RunVerdict;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.tracing.Spans;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class JudgeTest {

    private static final Instant NOON = Instant.ofEpochMilli(IssuerLogFixture.NOON);

    @Test
    void whatIsJudgedWhileTheClockIsSetRightIsNotHeld() {
        Iterator<Instant> readings =
                List.of(NOON.minus(Duration.ofDays(30 * 365)), NOON).iterator();
        InstantSource setRight = readings::next;
        Judge judge = new Judge(
                new RunVerifier(IssuerLogFixture.NETWORK),
                new Frontier(),
                setRight.withZone(ZoneOffset.UTC),
                Schedulers.immediate(),
                Spans.off());
        IssuerLogFixture log = new IssuerLogFixture(1);
        log.describe("University");

        assertThat(judge.judgeNow(log.entries, TestRegistry.PEER).verdict()).isInstanceOf(RunVerdict.Early.class);
        assertThat(judge.early().bytes()).isZero();
    }
}
