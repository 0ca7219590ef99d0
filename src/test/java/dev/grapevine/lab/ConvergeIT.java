package dev.grapevine.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.lab.Plan.Round;
import dev.grapevine.testapi.BuiltProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill in small, for every build: three nodes, one of them killed, another cut off while packets are lost. */
@Order(1)
class ConvergeIT {

    private static final int EVENTS = 400;

    private static final Plan PLAN = new Plan(
            1,
            3,
            Set.of(),
            List.of(
                    new Round(List.of(), List.of(), 0),
                    new Round(List.of(new Fault.Lose(20)), List.of(new Fault.Kill(2)), 0.3),
                    new Round(List.of(new Fault.Start(2), new Fault.Cut(Set.of(3))), List.of(), 0),
                    new Round(List.of(), List.of(new Fault.Mend()), 0.5)));

    @TempDir
    private Path directory;

    @Test
    void nothingIsLostAndTheDrillWouldHaveSeenIt() throws Exception {
        List<String> launcher = new ArrayList<>(BuiltProgram.command());
        launcher.add("node");
        Drill.Settings settings = new Drill.Settings(EVENTS, Duration.ofSeconds(1), Duration.ofMinutes(4));
        try (Drill drill = new Drill(directory, launcher, PLAN, settings)) {
            Result result = drill.run(Sabotage.NONE);

            assertThat(result.told()).isEmpty();
            assertThat(result.holds()).isTrue();
            assertThat(result.figure("acknowledged")).isEqualTo(EVENTS - EVENTS % 12);
            assertThat(result.figure("packets_lost")).isPositive();
            assertThat(result.figure("packets_cut")).isPositive();

            assertThat(drill.checkAgain(Sabotage.FORGET).told())
                    .anySatisfy(failure -> assertThat(failure).contains("acknowledged and not there: forgotten"));
            for (Sabotage sabotage : List.of(Sabotage.LOSE, Sabotage.OUTDATE, Sabotage.RESURRECT)) {
                assertThat(drill.checkAgain(sabotage).told())
                        .as("%s", sabotage)
                        .anySatisfy(failure -> assertThat(failure).contains("node3 has another registry"));
            }
            assertThat(drill.checkAgain(Sabotage.NONE).told())
                    .anySatisfy(failure -> assertThat(failure).contains("erased, and node3 answers 200"));
        }
    }
}
