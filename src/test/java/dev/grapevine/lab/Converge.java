package dev.grapevine.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the drill: for each seed a schedule, a table for people, and one line of JSON for programs. */
@Command(
        name = "lab/converge",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs nodes of this program in processes of their own, lets all of them publish while links lose packets and are cut,",
            "nodes are killed and databases stopped, and compares what every node has in the end."
        },
        footer = {
            "",
            "Everything is explained in lab/README.md. The exit code is 0 only if everything holds for every seed; the logs",
            "of a run that does not hold are kept, and its output says where."
        })
final class Converge implements Callable<Integer> {

    /** Five nodes on two CPUs: a small heap each, and the quick compiler alone, for nobody lives long enough for the other. */
    private static final List<String> JAVA_OPTIONS = List.of("-Xmx192m", "-XX:TieredStopAtLevel=1");

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "What everything random comes from (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--seeds",
            paramLabel = "A-B",
            description = "Runs all seeds from A to B, one after the other, and sums up.")
    private @Nullable String seeds;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "100000",
            description = "By all issuers together (${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "5", description = "At least 5 (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--round-seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How long each of the 12 rounds lasts at least (${DEFAULT-VALUE}).")
    private int roundSeconds;

    @Option(
            names = "--settle-seconds",
            paramLabel = "N",
            defaultValue = "180",
            description = "How long after the last fault the registries may take to be equal (${DEFAULT-VALUE}).")
    private int settleSeconds;

    @Option(names = "--schedule", description = "Only print the schedule.")
    private boolean scheduleOnly;

    @Option(names = "--keep", description = "Keep data and logs in any case.")
    private boolean keep;

    @Option(
            names = "--sabotage",
            paramLabel = "WHAT",
            defaultValue = "NONE",
            description =
                    "Spoil something before the registries are compared, to see the drill fail: ${COMPLETION-CANDIDATES}.")
    private Sabotage sabotage = Sabotage.NONE;

    @Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Converge()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long first = seed;
        long last = seed;
        if (seeds != null) {
            String[] ends = seeds.split("-", -1);
            if (ends.length != 2 || !seeds.matches("\\d{1,9}-\\d{1,9}")) {
                throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "--seeds is to be like 1-20");
            }
            first = Long.parseLong(ends[0]);
            last = Long.parseLong(ends[1]);
        }
        Map<Long, Result> results = new LinkedHashMap<>();
        for (long each = first; each <= last; each++) {
            Plan plan = Plan.of(each, nodes);
            System.out.println(plan.text());
            if (!scheduleOnly) {
                results.put(each, run(plan));
            }
        }
        if (results.size() > 1) {
            sumUp(results);
        }
        return results.values().stream().allMatch(Result::holds) ? 0 : 1;
    }

    private Result run(Plan plan) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("grapevine-converge-" + plan.seed() + "-");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        System.getProperty("lab.options").lines().forEach(command::add);
        command.addAll(JAVA_OPTIONS);
        command.addAll(List.of("-jar", System.getProperty("lab.app"), "node"));
        Drill.Settings settings =
                new Drill.Settings(events, Duration.ofSeconds(roundSeconds), Duration.ofSeconds(settleSeconds));
        boolean holds = false;
        try (Drill drill = new Drill(directory, command, plan, settings)) {
            Result result = drill.run(sabotage);
            holds = result.holds();
            System.out.printf("converge, seed %d%n%n%s%n", plan.seed(), result.table());
            System.out.println(result.json(plan.seed()));
            return result;
        } finally {
            if (holds && !keep) {
                FileSystemUtils.deleteRecursively(directory);
            } else {
                System.out.printf("Seed %d: data and logs are kept in %s%n", plan.seed(), directory);
            }
        }
    }

    private static void sumUp(Map<Long, Result> results) {
        System.out.printf(
                "%n%6s  %-6s %8s %9s %9s %9s %9s  %s%n",
                "seed", "holds", "total_s", "publish_s", "current_s", "too_early", "events", "failures");
        results.forEach((seed, result) -> System.out.printf(
                "%6d  %-6s %8.1f %9.1f %9.1f %9.1f %9.0f  %s%n",
                seed,
                result.holds() ? "yes" : "NO",
                result.figure("total_s"),
                result.figure("publish_s"),
                result.figure("current_s"),
                result.figure("current_too_early_s"),
                result.figure("events"),
                result.told().stream().findFirst().orElse("-")));
        long held = results.values().stream().filter(Result::holds).count();
        System.out.printf("%n%d of %d seeds hold%n", held, results.size());
    }
}
