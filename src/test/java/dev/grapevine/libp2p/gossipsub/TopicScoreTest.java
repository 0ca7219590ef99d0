package dev.grapevine.libp2p.gossipsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.grapevine.libp2p.gossipsub.TopicScoreConfig.FirstDeliveries;
import dev.grapevine.libp2p.gossipsub.TopicScoreConfig.InvalidMessages;
import dev.grapevine.libp2p.gossipsub.TopicScoreConfig.MeshDeliveries;
import dev.grapevine.libp2p.gossipsub.TopicScoreConfig.TimeInMesh;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** P₁ to P₄ of one peer in one topic (v1.1, Topic Parameter Calculation and Decay). */
class TopicScoreTest {

    private static final double TO_ZERO = 0.01;

    private final TopicScore score = new TopicScore(new TopicScoreConfig(
            2,
            new TimeInMesh(0.5, Duration.ofSeconds(10), 6),
            new FirstDeliveries(1, 0.5, 4),
            new MeshDeliveries(-1, 0.5, 5, 8, Duration.ofSeconds(30), Duration.ofMillis(10), -3, 0.5),
            new InvalidMessages(-10, 0.9)));

    @Test
    void timeInTheMeshCountsInQuantaUpToItsCap() {
        score.grafted(0);
        score.decay(20_000, 1, TO_ZERO);
        assertThat(score.value()).isEqualTo(2 * 0.5 * 2);

        enoughDeliveries();
        score.decay(3_600_000, 0, TO_ZERO);
        assertThat(score.value()).isEqualTo(2 * (0.5 * 6 + 4));
    }

    @Test
    void firstDeliveriesCountUpToTheirCapAndDecay() {
        for (int i = 0; i < 10; i++) {
            score.firstDelivery();
        }
        assertThat(score.value()).isEqualTo(2 * 4);
        score.decay(0, 1, TO_ZERO);
        assertThat(score.value()).isEqualTo(2 * 2);
        score.decay(0, 20, TO_ZERO);
        assertThat(score.value()).as("below the limit it is nothing").isZero();
        assertThat(score.isBlank()).isTrue();
    }

    @Test
    void whatAMeshPeerFailsToDeliverCountsSquaredOnceItHasBeenThereLongEnough() {
        score.grafted(0);
        score.meshDelivery();
        score.meshDelivery();
        score.decay(30_000, 0, TO_ZERO);
        assertThat(score.value()).as("not yet").isEqualTo(2 * 0.5 * 3);
        score.decay(30_001, 0, TO_ZERO);
        assertThat(score.value()).isCloseTo(2 * (0.5 * 3 - 3 * 3), within(0.01));
    }

    @Test
    void deliveriesOutsideTheMeshDoNotCount() {
        score.meshDelivery();
        score.grafted(0);
        score.decay(40_000, 0, TO_ZERO);
        assertThat(score.value()).isEqualTo(2 * (0.5 * 4 - 5 * 5));
    }

    @Test
    void whatWasMissingWhenAPeerLeftTheMeshSticks() {
        score.grafted(0);
        score.decay(40_000, 0, TO_ZERO);
        score.leftMesh();
        assertThat(score.value()).isEqualTo(2 * -3 * 25);
        score.grafted(40_000);
        assertThat(score.value()).as("nor does a new graft help").isEqualTo(2 * -3 * 25);
        score.decay(41_000, 1, TO_ZERO);
        score.leftMesh();
        assertThat(score.value()).as("it decays").isEqualTo(2 * -3 * 12.5);
    }

    @Test
    void whoDeliversEnoughLosesNothingWhenItLeaves() {
        score.grafted(0);
        enoughDeliveries();
        score.decay(40_000, 0, TO_ZERO);
        score.leftMesh();
        assertThat(score.value()).isEqualTo(2 * 4);
    }

    @Test
    void invalidMessagesCountSquaredAndDecay() {
        score.invalidMessage();
        score.invalidMessage();
        assertThat(score.value()).isEqualTo(2 * -10 * 4);
        score.decay(0, 2, TO_ZERO);
        assertThat(score.value()).isCloseTo(2 * -10 * Math.pow(2 * 0.81, 2), within(1e-9));
    }

    @Test
    void valuesOutOfTheirRangesAreRefused() {
        assertThatThrownBy(() -> new InvalidMessages(1, 0.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new InvalidMessages(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FirstDeliveries(-1, 0.5, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScoreConfig.Thresholds(-10, -5, -20, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScoreConfig.Thresholds(-5, -10, -20, -1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void enoughDeliveries() {
        for (int i = 0; i < 5; i++) {
            score.firstDelivery();
        }
    }
}
