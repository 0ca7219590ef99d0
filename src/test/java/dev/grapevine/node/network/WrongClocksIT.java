package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clocks that are 30 years off: a peer's, an issuer's, and the node's own. */
class WrongClocksIT extends AttackedNode {

    private static final Duration YEARS = Duration.ofDays(30 * 365);
    private static final String AHEAD = "grapevine.clock.ahead";
    private static final String VERDICTS = "grapevine.intake.verdicts";

    @AfterEach
    void setRight() {
        clock.moveTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void aPeersIsOff(int side) {
        connect(honest.host);
        await().atMost(PATIENCE).until(() -> !Double.isNaN(metric(AHEAD)));
        double compared = metric("grapevine.sync.comparison");
        bad.timeMillis = Optional.of(System.currentTimeMillis() + side * YEARS.toMillis());
        connect(bad.host);
        awaitAbove(compared, "grapevine.sync.comparison");
        assertThat(publish("peer" + number).statusCode()).isEqualTo(201);
        assertThat(metric(AHEAD)).isBetween(-60.0, 60.0);
        honestTrafficGoesOn();
    }

    @Test
    void anIssuersIsAhead() {
        IssuerLogFixture early = log.branch(5, number);
        early.setClock(System.currentTimeMillis() + YEARS.toMillis());
        early.publish("early" + number);
        double ignored = metric(VERDICTS, "verdict", "ignore", "reason", "early");
        double pulled = metric("grapevine.sync.pulls.failed", "reason", "early");
        honestLogComes();
        serve(early.entries);
        awaitAbove(pulled, "grapevine.sync.pulls.failed", "reason", "early");
        gossip(bad.host, early.entries(5, 6));
        awaitAbove(ignored, VERDICTS, "verdict", "ignore", "reason", "early");
        assertThat(lookup("early" + number)).isEqualTo(404);
        assertThat(metric("grapevine.intake.early")).isZero();
        honestTrafficGoesOn();
    }

    @Test
    void anIssuersRunsAheadInTheMiddleOfARange() {
        log.setClock(System.currentTimeMillis() + YEARS.toMillis());
        log.publish("early" + number);
        double pulled = metric("grapevine.sync.pulls.failed", "reason", "early");
        serve(log.entries);
        awaitShown(name(4));
        awaitAbove(pulled, "grapevine.sync.pulls.failed", "reason", "early");
        await().atMost(Pulls.STUCK.dividedBy(2))
                .until(() -> sync.progress().registry().completeness() == Completeness.CURRENT);
        assertThat(lookup("early" + number)).isEqualTo(404);
        honestTrafficGoesOn();
    }

    @Test
    void anIssuersIsSetBack() {
        IssuerLogFixture late = log.branch(5, number);
        late.setClock(IssuerLogFixture.NOON - YEARS.toMillis());
        late.publish("late" + number);
        double rejected = metric(VERDICTS, "verdict", "reject", "reason", "rule_broken");
        connect(bad.host);
        gossip(bad.host, log.entries);
        awaitShown(name(4));
        gossip(bad.host, late.entries(5, 6));
        awaitAbove(rejected, VERDICTS, "verdict", "reject", "reason", "rule_broken");
        assertThat(lookup("late" + number)).isEqualTo(404);
        honestTrafficGoesOn();
        log.publish(name(5));
        gossip(honest.host, log.entries(5, 6));
        awaitShown(name(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void ourOwnIsOff(int side) {
        honestLogComes();
        clock.moveTo(YEARS.multipliedBy(side));
        assertThat(metric(AHEAD) * side).isGreaterThan(YEARS.toSeconds() - 60.0);
        assertThat(publish("own" + number).body()).contains("/problems/clock-off");
        assertThat(lookup(name(1))).isEqualTo(200);
        log.publish(name(5));
        gossip(honest.host, log.entries(5, 6));
        if (side > 0) {
            awaitShown(name(5));
        }

        clock.moveTo(Duration.ZERO);
        assertThat(publish("own" + number).statusCode()).isEqualTo(201);
        honestTrafficGoesOn();
        log.publish(name(6));
        gossip(honest.host, log.entries(5, 7));
        awaitShown(name(6));
        assertThat(lookup(name(5))).isEqualTo(200);
    }
}
