package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter out = new StringWriter();
    private long nowNanos;

    @Test
    void drawsABarOnATerminal() {
        try (Progress progress = new Progress(new PrintWriter(out), true, "published", 4, () -> nowNanos)) {
            nowNanos = Duration.ofSeconds(1).toNanos();
            progress.step();
            progress.step();
        }

        assertThat(out.toString())
                .contains("\r")
                .contains("1 of 4")
                .contains("2 of 4  (2/s)")
                .contains("█░");
    }

    @Test
    void redrawsNoMoreThanTenTimesASecond() {
        Progress progress = new Progress(new PrintWriter(out), true, "published", 1_000, () -> nowNanos);
        for (int i = 0; i < 1_000; i++) {
            nowNanos += Duration.ofMillis(1).toNanos();
            progress.step();
        }

        assertThat(out.toString().chars().filter(c -> c == '\r').count()).isBetween(9L, 11L);
    }

    @Test
    void printsPlainLinesElsewhere() {
        try (Progress progress = new Progress(new PrintWriter(out), false, "imported", 0, () -> nowNanos)) {
            progress.step();
            progress.println("line 2: no username");
        }

        assertThat(out.toString())
                .doesNotContain("\r")
                .contains("line 2: no username\n")
                .contains("imported 1 ");
    }
}
