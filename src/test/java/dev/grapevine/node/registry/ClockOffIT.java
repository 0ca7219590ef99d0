package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node does not sign while its clock is too far off its peers'. */
class ClockOffIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void signsAsLongAsTheClockIsNotTooFarOff() {
        node.clockAhead = Publisher.MAX_CLOCK_OFFSET;
        node.publish("ada");
        node.clockAhead = Publisher.MAX_CLOCK_OFFSET.negated();
        node.publish("bob");
        assertThat(node.lookup("ada")).hasSize(1);
        assertThat(node.lookup("bob")).hasSize(1);
    }

    @Test
    void beyondItSignsNothingUntilTheClockIsRightAgain() {
        node.clockAhead = Publisher.MAX_CLOCK_OFFSET.plusMillis(1);
        assertThatThrownBy(() -> node.publish("ada")).isInstanceOf(ClockOffException.class);
        node.clockAhead = Publisher.MAX_CLOCK_OFFSET.plusMillis(1).negated();
        assertThatThrownBy(() -> node.publish("ada")).isInstanceOf(ClockOffException.class);
        assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(1);
        node.clockAhead = Duration.ZERO;
        node.publish("ada");
        assertThat(node.lookup("ada")).hasSize(1);
    }
}
