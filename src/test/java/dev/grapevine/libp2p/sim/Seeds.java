package dev.grapevine.libp2p.sim;

import java.util.function.LongConsumer;

/** Runs a simulation with one seed after the other. {@code -Dsim.seed=7} runs the one that failed again. */
public final class Seeds {

    private Seeds() {}

    /**
     * @param count seeds from 1 on
     * @throws AssertionError naming the seed that failed
     */
    public static void each(int count, LongConsumer simulation) {
        Long only = Long.getLong("sim.seed");
        if (only != null) {
            run(only, simulation);
            return;
        }
        for (long seed = 1; seed <= count; seed++) {
            run(seed, simulation);
        }
    }

    private static void run(long seed, LongConsumer simulation) {
        try {
            simulation.accept(seed);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("with seed " + seed + " (run it again by -Dsim.seed=" + seed + "): " + e, e);
        }
    }
}
