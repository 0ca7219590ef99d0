package dev.grapevine.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command {@code lab/fuzz}: one target after the other, each in a process of its own, and at the end what came of them. */
@Command(
        name = "lab/fuzz",
        mixinStandardHelpOptions = true,
        description =
                "Feeds whatever reads what strangers wrote with what nobody should send: every parser, by Jazzer, from its"
                        + " corpus; and the live ports of a host, before and after the handshake.",
        footer = {
            "",
            "Inputs that were defects, and the output of each target, are left in target/fuzz. The exit code is 0 if there are none."
        })
public final class FuzzRun implements Runnable {

    /** Where everything is built, found and left. */
    static final Path HOME = Path.of("target", "fuzz");

    private static final String PORTS = "ports";

    @Option(
            names = "--target",
            paramLabel = "NAME",
            description = "a target; or libp2p, grapevine, credentials or ports; all of it by default")
    private @Nullable String target;

    @Option(
            names = "--inputs",
            paramLabel = "N",
            description =
                    "inputs for each target (libp2p 700,000; grapevine 300,000; credentials 100,000; of a port 30,000)")
    private @Nullable Integer inputs;

    @Option(names = "--list", description = "name the targets")
    private boolean list;

    @Option(
            names = "--keep",
            description = "put what was found into the corpus, and take out of it what covers nothing more")
    private boolean keep;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new FuzzRun()).execute(arguments));
    }

    @Override
    public void run() {
        List<Target> targets =
                Arrays.stream(Target.values()).filter(this::isWanted).toList();
        List<PortFuzz.Port> ports =
                Arrays.stream(PortFuzz.Port.values()).filter(this::isWanted).toList();
        if (targets.isEmpty() && ports.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no such target: " + target);
        }
        if (list) {
            targets.forEach(each -> System.out.println(each.group() + " " + each));
            ports.forEach(each -> System.out.println(PORTS + " " + each));
            return;
        }
        FuzzReport report = new FuzzReport();
        try {
            for (Target each : targets) {
                report.add(new JazzerProcess(each)
                        .run(inputs == null ? each.group().inputs() : inputs));
                if (keep) {
                    new JazzerProcess(each).keep();
                }
            }
            for (PortFuzz.Port each : ports) {
                report.add(PortFuzz.inProcess(each, inputs == null ? PortFuzz.INPUTS : inputs));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        report.print();
        if (report.findings() > 0) {
            System.exit(1);
        }
    }

    private boolean isWanted(Target each) {
        return target == null
                || target.equals(each.toString())
                || target.equals(each.group().toString());
    }

    private boolean isWanted(PortFuzz.Port each) {
        return target == null || target.equals(each.toString()) || target.equals(PORTS);
    }

    /** Runs a program on the class path of this one, with its output in a file, to its end. */
    static int java(Path output, List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Thread ended = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ended);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(ended);
        return code;
    }

    /** What follows a beginning in the last line that has it; 0 where there is none. */
    static long figure(Path output, String begin) throws IOException {
        try (Stream<String> lines = Files.lines(output, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith(begin))
                    .mapToLong(line -> Long.parseLong(line.substring(begin.length())))
                    .reduce(0, (earlier, later) -> later);
        }
    }
}
