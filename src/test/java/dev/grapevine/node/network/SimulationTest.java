package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.sim.Seeds;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.BrokenRegistry;
import dev.grapevine.node.registry.BrokenRegistry.Fault;
import dev.grapevine.node.registry.ModelledDisk;
import dev.grapevine.node.registry.ModelledRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks under faults, a seed each; and that the simulation finds what it is there for. */
class SimulationTest {

    /** About 10 s; {@code -Dsim.seeds=1000} for more. */
    private static final int SEEDS = Integer.getInteger("sim.seeds", 40);

    /** So many are enough to find each of the broken models. */
    private static final int SEEDS_TO_FIND = 400;

    @Test
    void allHoldTheSameAfterWhateverHasHappened() {
        Seeds.each(SEEDS, SimulationTest::run);
    }

    /** Seeds that once failed. */
    @ParameterizedTest
    @ValueSource(longs = {155, 347})
    void whatOnceFailedHolds(long seed) {
        run(seed);
    }

    @Test
    void aSeedIsTheSameRunAgain() {
        Simulation one = new Simulation(5, new SimModels());
        Simulation other = new Simulation(5, new SimModels());
        one.run();
        other.run();
        assertThat(other.toString()).isEqualTo(one.toString());
        assertThat(other.convergedAfter()).isEqualTo(one.convergedAfter());
    }

    @Test
    void findsAStoreThatKeepsABodyAfterTheErasure() {
        assertThat(found(broken(Fault.RESURRECTS))).contains("nothing erased comes back");
    }

    @Test
    void findsAStoreThatLeavesAHole() {
        assertThat(found(broken(Fault.SKIPS_GAPS))).contains("a log without holes");
    }

    @Test
    void findsAStoreThatAnswersBeforeTheCommit() {
        assertThat(found(broken(Fault.ANSWERS_EARLY))).contains("acknowledged, so never lost");
    }

    @Test
    void findsAStoreThatFreezesAtTheForkItHeardOfFirst() {
        assertThat(found(broken(Fault.FREEZES_ONCE))).contains("not converged");
    }

    @Test
    void findsCatchUpThatDropsAWant() {
        assertThat(found(new SimModels() {
                    @Override
                    SimSync.Steps steps(SyncState state) {
                        return (input, now) -> state.handle(withoutTheFirst(input), now);
                    }
                }))
                .contains("not converged");
    }

    private static Input withoutTheFirst(Input input) {
        return input instanceof Input.Compared compared && !compared.ahead().isEmpty()
                ? new Input.Compared(
                        compared.peer(), compared.ahead().stream().skip(1).toList())
                : input;
    }

    @Test
    void findsCatchUpThatComparesWithNewPeersAlone() {
        assertThat(found(new SimModels() {
                    @Override
                    SimSync.Steps steps(SyncState state) {
                        return (input, now) -> input instanceof Input.Tick ? List.of() : state.handle(input, now);
                    }
                }))
                .contains("not converged");
    }

    @Test
    void findsANodeThatSignsWithoutAskingForItsOwnLog() {
        assertThat(found(new SimModels() {
                    @Override
                    boolean asksBeforeSigning() {
                        return false;
                    }
                }))
                .contains("a node asks its peers for its own log before it signs");
    }

    private static SimModels broken(Fault fault) {
        return new SimModels() {
            @Override
            ModelledRegistry registry(
                    ModelledDisk disk, RunVerifier verifier, LongSupplier clock, ModelledRegistry.Listener listener) {
                return new BrokenRegistry(fault, disk, verifier, clock, listener);
            }
        };
    }

    /** What the first seed that fails says. */
    private static String found(SimModels models) {
        return LongStream.rangeClosed(1, SEEDS_TO_FIND)
                .mapToObj(seed -> failure(seed, models))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("nothing");
    }

    private static void run(long seed) {
        new Simulation(seed, new SimModels()).run();
    }

    private static Optional<String> failure(long seed, SimModels models) {
        try {
            new Simulation(seed, models).run();
            return Optional.empty();
        } catch (AssertionError failure) {
            return Optional.of("seed " + seed + ": " + failure.getMessage());
        }
    }
}
