package dev.grapevine.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the seeds make of the faults. */
class PlanTest {

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everySeedHasEveryKindOfFaultAndNobodyIsStartedTwiceOrEndedTwice(long seed) {
        Plan plan = Plan.of(seed, Plan.MIN_NODES);
        Set<Class<?>> kinds = new HashSet<>();
        Set<Integer> down = new HashSet<>(plan.late());
        for (Plan.Round round : plan.rounds()) {
            round.first().forEach(fault -> follow(fault, kinds, down));
            round.midway().forEach(fault -> follow(fault, kinds, down));
        }

        assertThat(kinds)
                .contains(
                        Fault.Kill.class,
                        Fault.KillWithDatabase.class,
                        Fault.StopDatabase.class,
                        Fault.Lose.class,
                        Fault.Cut.class,
                        Fault.Deafen.class,
                        Fault.Mend.class);
        assertThat(down).isEmpty();
    }

    private static void follow(Fault fault, Set<Class<?>> kinds, Set<Integer> down) {
        kinds.add(fault.getClass());
        switch (fault) {
            case Fault.Kill kill -> assertThat(down.add(kill.node())).isTrue();
            case Fault.KillWithDatabase kill ->
                assertThat(down.add(kill.node())).isTrue();
            case Fault.Stop stop -> assertThat(down.add(stop.node())).isTrue();
            case Fault.Start start -> assertThat(down.remove(start.node())).isTrue();
            case Fault.StopDatabase stop -> assertThat(down).doesNotContain(stop.node());
            default -> {}
        }
    }

    @Test
    void aSeedIsAPlan() {
        assertThat(Plan.of(7, 5)).isEqualTo(Plan.of(7, 5)).isNotEqualTo(Plan.of(8, 5));
        assertThat(Plan.of(7, 5).text()).startsWith("Schedule of seed 7:").contains("kill -9 node", "lose 20 %");
        assertThatThrownBy(() -> Plan.of(7, Plan.MIN_NODES - 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSeedIsAWorkload() {
        Workload one = new Workload(3, 2);
        Workload same = new Workload(3, 2);
        for (int i = 0; i < 5; i++) {
            Workload.Chunk chunk = one.chunk(500);
            assertThat(chunk).isEqualTo(same.chunk(500)).isNotEqualTo(new Workload(4, 2).chunk(500));
            assertThat(chunk.size()).isEqualTo(500);
            Set<String> usernames = new HashSet<>();
            chunk.lines().forEach(op -> usernames.add(op.username()));
            chunk.singles().forEach(op -> usernames.add(op.username()));
            assertThat(usernames).hasSize(500);
        }
    }
}
