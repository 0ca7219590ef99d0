package dev.grapevine.lab;

import dev.grapevine.lab.Fault.Cut;
import dev.grapevine.lab.Fault.Deafen;
import dev.grapevine.lab.Fault.How;
import dev.grapevine.lab.Fault.Kill;
import dev.grapevine.lab.Fault.KillWithDatabase;
import dev.grapevine.lab.Fault.Lose;
import dev.grapevine.lab.Fault.Mend;
import dev.grapevine.lab.Fault.Start;
import dev.grapevine.lab.Fault.Stop;
import dev.grapevine.lab.Fault.StopDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What happens when. In every round each node that is up publishes its part; some faults come before it, some in its
 * midst. The same seed gives the same plan.
 *
 * @param late nodes that do not take part until a round starts them
 */
record Plan(long seed, int nodes, Set<Integer> late, List<Round> rounds) {

    /** For the roles: one that is away for half of it, a late joiner, one whose database fails, two that are killed. */
    static final int MIN_NODES = 5;

    /** There have to be enough for the faults to have their places. */
    static final int ROUNDS = 12;

    private static final int LOSS_PERCENT = 20;

    /**
     * One round.
     *
     * @param first before anything is published
     * @param midway when {@code after}, a share of what is to be published in it, has been acknowledged
     */
    record Round(List<Fault> first, List<Fault> midway, double after) {}

    /** A plan with every kind of fault in it. */
    static Plan of(long seed, int nodes) {
        if (nodes < MIN_NODES) {
            throw new IllegalArgumentException("a drill needs " + MIN_NODES + " nodes at least");
        }
        return new Builder(seed, nodes).build();
    }

    String text() {
        StringBuilder text = new StringBuilder("Schedule of seed " + seed + ":\n");
        for (int i = 0; i < rounds.size(); i++) {
            Round round = rounds.get(i);
            text.append("  round %2d  ".formatted(i + 1)).append(list(round.first));
            if (!round.midway.isEmpty()) {
                text.append(" | after %d %%: ".formatted(Math.round(100 * round.after)))
                        .append(list(round.midway));
            }
            text.append('\n');
        }
        return text + "  then      mend everything, start everybody, wait, compare\n";
    }

    private static String list(List<Fault> faults) {
        return faults.isEmpty() ? "-" : faults.stream().map(Fault::text).collect(Collectors.joining(", "));
    }

    /** Draws the rounds in which things happen. Each node's own faults never overlap. */
    private static final class Builder {
        private final long seed;
        private final Random random;
        private final int nodes;
        private final List<List<Fault>> first = new ArrayList<>();
        private final List<List<Fault>> midway = new ArrayList<>();

        Builder(long seed, int nodes) {
            this.seed = seed;
            this.random = new Random(seed);
            this.nodes = nodes;
            for (int i = 0; i < ROUNDS; i++) {
                first.add(new ArrayList<>());
                midway.add(new ArrayList<>());
            }
        }

        Plan build() {
            List<Integer> roles =
                    new ArrayList<>(IntStream.rangeClosed(1, nodes).boxed().toList());
            Collections.shuffle(roles, random);
            int away = roles.get(0);
            int late = roles.get(1);
            int outage = roles.get(2);
            List<Integer> killed = roles.subList(3, nodes);

            int left = from(2, 2);
            midway.get(left).add(random.nextBoolean() ? new Kill(away) : new Stop(away));
            first.get(left + ROUNDS / 2).add(new Start(away));
            first.get(from(5, 3)).add(new Start(late));
            outage(outage, from(2, 4));
            outage(outage, from(7, 3));
            kill(new Kill(killed.getFirst()), from(1, 3));
            kill(new Kill(killed.getLast()), from(4, 3));
            kill(new KillWithDatabase(killed.get(random.nextInt(killed.size()))), from(8, 2));
            during(from(1, 2), 2, new Lose(LOSS_PERCENT), new Lose(0));
            during(from(7, 2), 2 + random.nextInt(2), new Lose(LOSS_PERCENT), new Lose(0));
            during(from(3, 1), 1 + random.nextInt(2), new Cut(side()), new Mend());
            during(from(6, 1), 1, new Deafen(1 + random.nextInt(nodes)), new Mend());
            during(from(8, 2), 1 + random.nextInt(2), new Cut(side()), new Mend());

            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                rounds.add(new Round(
                        List.copyOf(first.get(i)), List.copyOf(midway.get(i)), 0.1 + 0.5 * random.nextDouble()));
            }
            return new Plan(seed, nodes, Set.of(late), List.copyOf(rounds));
        }

        private int from(int earliest, int choices) {
            return earliest + random.nextInt(choices);
        }

        private void during(int round, int rounds, Fault begin, Fault end) {
            first.get(round).add(begin);
            first.get(round + rounds).add(end);
        }

        private void kill(Fault fault, int round) {
            int node = fault instanceof Kill kill ? kill.node() : ((KillWithDatabase) fault).node();
            midway.get(round).add(fault);
            first.get(round + 1).add(new Start(node));
        }

        private void outage(int node, int round) {
            List<How> ways = new ArrayList<>(List.of(How.values()));
            Collections.shuffle(ways, random);
            midway.get(round).add(new StopDatabase(node, ways.getFirst()));
        }

        /** Somebody on either side. */
        private Set<Integer> side() {
            Set<Integer> side = new HashSet<>();
            int size = 1 + random.nextInt(nodes / 2);
            while (side.size() < size) {
                side.add(1 + random.nextInt(nodes));
            }
            return side;
        }
    }
}
