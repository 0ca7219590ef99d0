package dev.grapevine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Three nodes on this machine, a roster published on them, everybody found on each; then the nodes stay up to play with. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        sortOptions = false,
        description = "Run three nodes on this machine, publish a roster, find everybody everywhere.",
        footer = {"", "Exits with 0 when nothing was missed. The nodes and all they wrote are gone when the demo ends."
        })
final class DemoCommand implements Callable<Integer> {

    private static final int MAX_PEOPLE = 1_000_000;
    private static final long SEED = 1982;
    private static final Duration CHECK = Duration.ofSeconds(1);
    private static final Duration SIGNAL_GRACE = Duration.ofMillis(500);

    /** What shells say of a program that ended by SIGINT. */
    private static final int INTERRUPTED = 130;

    @Option(
            names = "--people",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many people to publish (default: ${DEFAULT-VALUE}).")
    private int people = 1000;

    @Option(names = "--exit", description = "End when done, instead of staying up until Ctrl-C.")
    private boolean exit;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (people < 1 || people > MAX_PEOPLE) {
            throw new ParameterException(spec.commandLine(), "--people must be from 1 to " + MAX_PEOPLE + ".");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        DemoNetwork network = DemoNetwork.create(new SecureRandom());
        CountDownLatch stopping = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping.countDown();
            network.close();
        }));
        try (network) {
            err.println("Starting three nodes in the network " + network.name() + " …");
            network.start();
            DemoReport report = new Demo(network, Roster.of(people, SEED), err).run();
            out.println();
            out.println(report.table());
            for (DemoNode node : network.nodes()) {
                out.println("  " + node.name() + "  " + node.url() + "/swagger-ui.html");
            }
            out.flush();
            if (!exit) {
                err.println("\nThe nodes stay up until Ctrl-C.");
                stayUp(network);
            }
            return report.complete() ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (NodeException e) {
            // Ctrl-C reaches the nodes too, perhaps before it reaches this process: then their end is no news.
            if (stopping.await(SIGNAL_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                return INTERRUPTED;
            }
            throw e;
        }
    }

    private static void stayUp(DemoNetwork network) throws InterruptedException {
        while (true) {
            network.checkAlive();
            Thread.sleep(CHECK);
        }
    }
}
