package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log and the status say of catching up, and what they do not pretend to know. */
class CatchUpMeterTest {

    private final CatchUpMeter meter = new CatchUpMeter();
    private final List<String> lines = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void saysEveryFewSecondsHowMuchIsToGoAndInTheEndHowLongItTook() {
        look(0, 0, 0);
        for (int second = 0; second <= 10; second++) {
            look(second * 1_000L, 12_000 - second * 1_000L, 2);
        }
        for (int second = 11; second <= 12; second++) {
            look(second * 1_000L, 12_000 - second * 1_000L, 12 - second);
        }
        look(12_000, 0, 0);
        assertThat(lines)
                .containsExactly(
                        "Catching up: 7,000 events of 2 logs to go, 833 events/s, about 8 s left.",
                        "Catching up: 2,000 events of 2 logs to go, 1,000 events/s, about 2 s left.",
                        "Caught up: 12,000 events in 12 s.");
    }

    @Test
    void whatIsDoneInAMomentIsNotWorthALine() {
        look(0, 3, 1);
        look(3, 0, 0);
        look(3, 0, 0);
        assertThat(lines).isEmpty();
    }

    @Test
    void makesNoPromiseWithoutAPace() {
        look(0, 0, 0);
        look(0, 1_000, 1);
        assertThat(meter.remaining()).isEmpty();
        for (int second = 0; second < 20; second++) {
            look(0, 1_000, 1);
        }
        assertThat(meter.remaining()).isEmpty();
        assertThat(meter.eventsPerSecond()).isZero();
        assertThat(lines).contains("Catching up: 1,000 events of 1 logs to go, 0 events/s.");
    }

    @Test
    void thePaceIsThatOfTheLastSeconds() {
        for (int second = 0; second <= 60; second++) {
            look(second < 30 ? 0 : (second - 30) * 100L, 10_000, 1);
        }
        assertThat(meter.eventsPerSecond()).isEqualTo(100);
        assertThat(meter.remaining()).contains(Duration.ofSeconds(100));
    }

    private void look(long applied, long toGo, int logs) {
        meter.look(now, applied, toGo, logs).ifPresent(lines::add);
        now = now.plusSeconds(1);
    }
}
