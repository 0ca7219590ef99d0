package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerClocksTest {

    private static final long NOON = IssuerLogFixture.NOON;

    private final PeerClocks clocks = new PeerClocks();

    @Test
    void withoutPeersNothingIsKnown() {
        assertThat(clocks.ahead(NOON, 0)).isEmpty();
        heard(1, Duration.ZERO);
        clocks.forget(peer(1));
        assertThat(clocks.ahead(NOON, 0)).isEmpty();
    }

    @Test
    void halfOfTheRoundTripIsTakenAsTheWayBack() {
        clocks.heard(peer(1), NOON, 0, seconds(4));
        assertThat(clocks.ahead(NOON, seconds(2))).contains(Duration.ZERO);
        assertThat(clocks.ahead(NOON + 5_000, seconds(2))).contains(Duration.ofSeconds(5));
    }

    @Test
    void anAnswerThatTookTooLongDoesNotCount() {
        clocks.heard(peer(1), NOON, 0, PeerClocks.MAX_ROUND_TRIP.toNanos() + 1);
        assertThat(clocks.ahead(NOON, 0)).isEmpty();
        clocks.heard(peer(1), NOON, 0, PeerClocks.MAX_ROUND_TRIP.toNanos());
        assertThat(clocks.ahead(NOON, 0)).isPresent();
    }

    @Test
    void aFewPeersWhoseClocksAreWrongDoNotCount() {
        heard(1, Duration.ofSeconds(1));
        heard(2, Duration.ofSeconds(2));
        heard(3, Duration.ofSeconds(3));
        heard(4, Duration.ofDays(-365));
        heard(5, Duration.ofDays(365));
        assertThat(clocks.ahead(NOON, 0)).contains(Duration.ofSeconds(-2));
        clocks.forget(peer(5));
        assertThat(clocks.ahead(NOON, 0)).contains(Duration.ofSeconds(-1));
    }

    @Test
    void halfOfThePeersDoNotCountAgainstTheOthersAndThisNode() {
        heard(1, Duration.ofSeconds(1));
        for (Duration off : List.of(Duration.ofDays(-30 * 365), Duration.ofDays(30 * 365))) {
            heard(2, off);
            assertThat(clocks.ahead(NOON, 0)).contains(Duration.ofSeconds(-1));
        }
    }

    @Test
    void aPeersLastWordCounts() {
        heard(1, Duration.ofHours(1));
        heard(1, Duration.ofHours(2));
        assertThat(clocks.ahead(NOON, 0)).contains(Duration.ofHours(-2));
    }

    @Test
    void settingThisNodesClockShowsAtOnce() {
        heard(1, Duration.ZERO);
        assertThat(clocks.ahead(NOON + 1_000, seconds(1))).contains(Duration.ZERO);
        assertThat(clocks.ahead(NOON + 3_601_000, seconds(1))).contains(Duration.ofHours(1));
    }

    private void heard(int peer, Duration ahead) {
        clocks.heard(peer(peer), NOON + ahead.toMillis(), 0, 0);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private static PeerId peer(int seed) {
        return PeerId.of(IssuerLogFixture.privateKey(seed).publicKey());
    }
}
