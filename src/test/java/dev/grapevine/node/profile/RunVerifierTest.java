package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.RunVerdict.Authentic;
import dev.grapevine.node.profile.RunVerdict.Reason;
import dev.grapevine.node.profile.RunVerdict.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunVerifierTest {

    private static final long NOON = IssuerLogFixture.NOON;
    private static final long AHEAD = ProfileLimits.MAX_AHEAD.toMillis();

    private final RunVerifier verifier = new RunVerifier(IssuerLogFixture.NETWORK);
    private final IssuerLogFixture log = new IssuerLogFixture(1);

    @BeforeEach
    void writeSixEvents() {
        log.describe("University");
        for (int i = 1; i < 6; i++) {
            log.publish("person" + i);
        }
    }

    @Test
    void takesAWholeLogOfAnIssuerThatNobodyKnew() {
        Authentic verdict = authentic(judge(Optional.empty(), log.run(0, 6)));
        assertThat(verdict.placement()).isInstanceOf(Placement.Next.class);
        assertThat(verdict.after().current()).isEqualTo(log.inceptionKey.publicKey());
        assertThat(verdict.after().recoveryKeyDigest()).isPresent();
    }

    @Test
    void checksTheLastSignatureAlone() {
        List<SignedEvent> events = new ArrayList<>(log.run(0, 6).events());
        events.set(3, IssuerLogFixture.spoilt(events.get(3)));
        assertThat(judge(Optional.empty(), Run.of(events))).isInstanceOf(Authentic.class);
        events.set(5, IssuerLogFixture.spoilt(events.get(5)));
        assertRefused(judge(Optional.empty(), Run.of(events)), Reason.FORGED);
    }

    @Test
    void refusesTheSignatureOfAnotherNetwork() {
        RunVerdict verdict = new RunVerifier("other").judge(Optional.empty(), log.run(0, 6), IssuerLogFixture.NOON);
        assertRefused(verdict, Reason.FORGED);
    }

    @Test
    void refusesAnEventThatAnotherKeySigned() {
        log.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(7));
        assertRefused(judge(Optional.of(log.headAfter(6)), log.run(6, 7)), Reason.FORGED);
    }

    @Test
    void cutsOffWhatIsHeld() {
        Authentic verdict = authentic(judge(Optional.of(log.headAfter(4)), log.run(1, 6)));
        assertThat(verdict.run().first().sequence()).isEqualTo(4);
        assertThat(judge(Optional.of(log.headAfter(6)), log.run(2, 6))).isInstanceOf(RunVerdict.Held.class);
        assertThat(authentic(judge(Optional.of(log.headAfter(6)), log.run(2, 4)))
                        .placement())
                .isInstanceOf(Placement.Older.class);
    }

    @Test
    void findsAGap() {
        Authentic verdict = authentic(judge(Optional.of(log.headAfter(2)), log.run(4, 6)));
        assertThat(verdict.placement()).isEqualTo(new Placement.Gap(2));
        assertThat(authentic(judge(Optional.empty(), log.run(4, 6))).placement())
                .isEqualTo(new Placement.Gap(0));
    }

    @Test
    void tellsAnotherHistoryFromAForgery() {
        IssuerLogFixture twin = new IssuerLogFixture(1);
        twin.describe("Another name");
        for (int i = 1; i < 7; i++) {
            twin.publish("other" + i);
        }
        for (Run run : List.of(twin.run(3, 6), twin.run(6, 7), twin.run(2, 7))) {
            assertThat(authentic(judge(Optional.of(log.headAfter(6)), run)).placement())
                    .isEqualTo(new Placement.Conflict(5));
        }
    }

    @Test
    void holdsWhatIsMoreThanTenMinutesAhead() {
        log.setClock(NOON + AHEAD + 1);
        log.publish("early");
        assertThat(judge(Optional.of(log.headAfter(6)), log.run(6, 7))).isEqualTo(new RunVerdict.Early(NOON + 1));
        assertThat(verifier.judge(Optional.of(log.headAfter(6)), log.run(6, 7), NOON + 1))
                .isInstanceOf(Authentic.class);
        Authentic cut = authentic(judge(Optional.of(log.headAfter(4)), log.run(3, 7)));
        assertThat(cut.run().last().sequence()).isEqualTo(5);
        assertThat(cut.early().orElseThrow().first().sequence()).isEqualTo(6);
    }

    @Test
    void refusesTimeThatGoesBack() {
        log.setClock(NOON - 1);
        log.publish("late");
        assertRefused(judge(Optional.of(log.headAfter(6)), log.run(6, 7)), Reason.RULE_BROKEN);
        assertThatThrownBy(() -> log.run(5, 7)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesRunsWithAHoleAndRunsOfTwoIssuers() {
        SignedEvent first = log.entries.get(1).event();
        SignedEvent third = log.entries.get(3).event();
        assertThatThrownBy(() -> Run.of(List.of(first, third))).isInstanceOf(MalformedException.class);
        IssuerLogFixture other = new IssuerLogFixture(2);
        other.describe("Other");
        other.publish("someone");
        SignedEvent foreign = other.entries.get(1).event();
        assertThatThrownBy(() -> Run.of(List.of(log.entries.get(0).event(), foreign)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> Run.of(List.of())).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesARunBeyondTheLimit() {
        IssuerLogFixture big = new IssuerLogFixture(3);
        big.describe("Big");
        int bytes = big.entries.getFirst().event().encoded().length;
        while (bytes <= ProfileLimits.MAX_RUN_BYTES) {
            big.publish("p" + big.entries.size());
            bytes += big.entries.getLast().event().encoded().length;
        }
        int all = big.entries.size();
        assertThat(big.run(0, all - 1).size()).isEqualTo(all - 1);
        assertThatThrownBy(() -> big.run(0, all)).isInstanceOf(MalformedException.class);
    }

    private RunVerdict judge(Optional<LogHead> head, Run run) {
        return verifier.judge(head, run, NOON);
    }

    private static Authentic authentic(RunVerdict verdict) {
        assertThat(verdict).isInstanceOf(Authentic.class);
        return (Authentic) verdict;
    }

    private static void assertRefused(RunVerdict verdict, Reason reason) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    }
}
