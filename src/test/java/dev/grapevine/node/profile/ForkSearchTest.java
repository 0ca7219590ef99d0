package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForkSearchTest {

    @Test
    void findsAForkWhereverItIs() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            long different = random.nextLong(1L << 24);
            long fork = random.nextLong(different + 1);
            assertThat(roundsToFind(fork, different)).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void findsOneAtTheBeginningAndOneAtTheHead() {
        assertThat(roundsToFind(0, 0)).isZero();
        assertThat(roundsToFind(0, 1)).isEqualTo(1);
        assertThat(roundsToFind(0, 1_000)).isLessThanOrEqualTo(2);
        assertThat(roundsToFind(1_000, 1_000)).isLessThanOrEqualTo(2);
    }

    @Test
    void asksForNoMoreThanTheLimitAndForEachOnce() {
        for (long different : new long[] {1, 63, 64, 65, 66, 128, 1_000_003, Long.MAX_VALUE - 1}) {
            List<Long> asked = new ForkSearch(different).next();
            assertThat(asked)
                    .hasSizeBetween(1, ForkSearch.MAX_ASKED)
                    .doesNotHaveDuplicates()
                    .isSorted();
            assertThat(asked).allMatch(sequence -> sequence >= 0 && sequence < different);
        }
    }

    @Test
    void doesNotGoOnWithoutAnswers() {
        ForkSearch search = new ForkSearch(100);
        List<Long> asked = search.next();
        search.compared(Map.of());
        assertThat(search.next()).isEqualTo(asked);
        assertThat(search.found()).isEmpty();
    }

    @Test
    void staysWithinItsBoundsWhenAnswersContradictEachOther() {
        ForkSearch search = new ForkSearch(1_000);
        search.compared(Map.of(10L, true, 500L, false, 700L, true));
        assertThat(search.next()).allMatch(sequence -> sequence > 10 && sequence < 500);
        search.compared(Map.of(5L, false, 2_000L, false));
        assertThat(search.next()).allMatch(sequence -> sequence > 10 && sequence < 500);
    }

    private static int roundsToFind(long fork, long different) {
        ForkSearch search = new ForkSearch(different);
        int rounds = 0;
        while (search.found().isEmpty()) {
            rounds++;
            search.compared(search.next().stream().collect(Collectors.toMap(asked -> asked, asked -> asked < fork)));
        }
        assertThat(search.found()).hasValue(fork);
        return rounds;
    }
}
