package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibilityTest {

    private static final long MILLI = 1_000_000;

    private final Visibility visibility = new Visibility(3);

    @Test
    void aProfileIsVisibleEverywhereWhenTheLastNodeHasIt() {
        visibility.committed(0, 1, 0);
        visibility.head(1, 0, 1, 5 * MILLI);
        assertThat(visibility.everywhere()).isZero();

        visibility.head(2, 0, 1, 20 * MILLI);

        assertThat(visibility.everywhere()).isEqualTo(1);
        assertThat(visibility.latencies().millis(1)).isEqualTo(20);
    }

    @Test
    void aHeadShowsAllProfilesUpToIt() {
        visibility.committed(2, 1, 0);
        visibility.committed(2, 2, MILLI);
        visibility.committed(2, 3, MILLI);
        visibility.head(0, 2, 2, 3 * MILLI);
        visibility.head(1, 2, 3, 4 * MILLI);

        assertThat(visibility.everywhere()).isEqualTo(2);
    }

    @Test
    void countsAProfileOnceHoweverOftenItsHeadIsSeen() {
        visibility.committed(0, 1, 0);
        visibility.head(1, 0, 1, MILLI);
        visibility.head(1, 0, 1, 2 * MILLI);
        visibility.head(0, 0, 1, 2 * MILLI);

        assertThat(visibility.everywhere()).isZero();
    }
}
