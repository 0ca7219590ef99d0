package dev.grapevine.node.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LineBudgetTest {

    private final StandingClock clock = new StandingClock();
    private final LineBudget lines = new LineBudget(clock);

    @Test
    void afterAQuietTimeTwentyLinesComeAtOnceAndNoMore() {
        useUp();

        assertThat(lines.take()).isEmpty();
    }

    @Test
    void thenOneComesASecondAndTellsHowManyWereHeldBack() {
        useUp();
        assertThat(lines.take()).isEmpty();
        assertThat(lines.take()).isEmpty();
        clock.advance(Duration.ofMillis(LineBudget.MILLIS_PER_LINE - 1));
        assertThat(lines.take()).isEmpty();

        clock.advance(Duration.ofMillis(1));

        assertThat(lines.take()).isEqualTo(OptionalLong.of(3));
        assertThat(lines.take()).isEmpty();
    }

    @Test
    void quietTimesDoNotAddUpBeyondTwentyLines() {
        useUp();
        clock.advance(Duration.ofHours(1));

        useUp();

        assertThat(lines.take()).isEmpty();
    }

    @Test
    void aClockThatIsSetBackNeitherGivesLinesNorStopsThem() {
        useUp();
        clock.advance(Duration.ofDays(-1));
        assertThat(lines.take()).isEmpty();

        clock.advance(Duration.ofMillis(LineBudget.MILLIS_PER_LINE));

        assertThat(lines.take()).isEqualTo(OptionalLong.of(1));
    }

    @Test
    void aLineSaysHowManyWereLeftOutBeforeIt() {
        assertThat(LineBudget.andOthers(0)).isEmpty();
        assertThat(LineBudget.andOthers(98)).isEqualTo("; before it, 98 more that only level debug shows");
    }

    private void useUp() {
        for (int i = 0; i < LineBudget.MAX_LINES_AT_ONCE; i++) {
            assertThat(lines.take()).isPresent();
        }
    }

    /** Stands still until it is moved. */
    private static final class StandingClock extends Clock {

        private Instant now = Instant.parse("2026-11-20T12:00:00Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
