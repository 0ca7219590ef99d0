package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void givesTheSmallestValueThatTheShareDoesNotExceed() {
        Latencies hundred = Latencies.of(
                LongStream.rangeClosed(1, 100).map(i -> i * 1_000_000).toArray());

        assertThat(hundred.millis(0.5)).isEqualTo(50);
        assertThat(hundred.millis(0.99)).isEqualTo(99);
        assertThat(hundred.millis(1)).isEqualTo(100);
    }

    @Test
    void isZeroOfNothing() {
        assertThat(Latencies.of().millis(0.99)).isZero();
    }
}
