package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.quic.ResetBudget.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ResetBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - 5 * SECOND; // the clock may wrap

    private final ResetBudget budget = new ResetBudget(START);

    @Test
    void allowsABurstAndNotOneStreamMore() {
        for (int i = 0; i < ResetBudget.BURST_STREAMS; i++) {
            assertThat(budget.count(START)).isEqualTo(Outcome.FINE);
        }

        assertThat(budget.count(START)).isEqualTo(Outcome.TOO_FAST);
    }

    @Test
    void givesTheBurstBackAtTheRateAndNeverMoreThanOneBurst() {
        for (int i = 0; i < ResetBudget.BURST_STREAMS; i++) {
            budget.count(START);
        }
        assertThat(budget.count(START + SECOND)).isEqualTo(Outcome.FINE);
        assertThat(budget.count(START + SECOND)).isEqualTo(Outcome.TOO_FAST);

        long later = START + 100_000 * SECOND;
        for (int i = 0; i < ResetBudget.BURST_STREAMS; i++) {
            assertThat(budget.count(later)).isEqualTo(Outcome.FINE);
        }
        assertThat(budget.count(later)).isEqualTo(Outcome.TOO_FAST);
    }

    @Test
    void bearsAPeerThatResetsAPingEvery15SecondsForADayAndWearsOutInTheEnd() {
        long now = START;
        int resets = 0;
        Outcome last = Outcome.FINE;
        while (last == Outcome.FINE) {
            now += 15 * SECOND;
            resets++;
            last = budget.count(now);
        }

        assertThat(last).isEqualTo(Outcome.WORN_OUT);
        assertThat(resets).isEqualTo(ResetBudget.MAX_STREAMS);
        assertThat(TimeUnit.NANOSECONDS.toHours(now - START)).isGreaterThan(24);
    }
}
