package dev.grapevine.cli;

import static java.util.Objects.requireNonNull;

import dev.grapevine.node.NodeApplication;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one node until it is stopped. Each option sets one Spring property; whatever else there is to set goes by environment. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        sortOptions = false,
        description = "Run one node until Ctrl-C.",
        footer = {
            "",
            "Every other setting (docs/configuration.md) goes by the environment, as GRAPEVINE_DB_URL, or here by its full name,",
            "as --grapevine.db.url=…. With no database configured the node runs a PostgreSQL of its own. Ctrl-C or SIGTERM",
            "stops it in order, a second one at once."
        })
final class NodeCommand implements Callable<Integer> {

    private static final String PROPERTY = "--[a-z][a-zA-Z0-9-]*\\.[^=]+=.*";

    @Option(names = "--name", paramLabel = "NAME", description = "The issuer's name, shown beside its attestations.")
    private @Nullable String name;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Where keys and the node's own database live.")
    private @Nullable Path dataDir;

    @Option(names = "--http-port", paramLabel = "PORT", description = "TCP port of the API.")
    private @Nullable Integer httpPort;

    @Option(names = "--p2p-port", paramLabel = "PORT", description = "UDP port for the other nodes.")
    private @Nullable Integer p2pPort;

    @Option(names = "--management-port", paramLabel = "PORT", description = "TCP port of health and metrics.")
    private @Nullable Integer managementPort;

    @Option(names = "--network", paramLabel = "NAME", description = "The network to be part of.")
    private @Nullable String network;

    @Option(
            names = "--bootstrap",
            paramLabel = "MULTIADDR",
            split = ",",
            description = "A node to connect to, as /dns4/HOST/udp/4001/quic-v1[/p2p/PEER]. May be repeated.")
    private List<String> bootstrap = new ArrayList<>();

    @Option(
            names = "--restore",
            paramLabel = "FILE",
            description = "A backup to restore before anything is signed; for a node that has lost its database.")
    private @Nullable Path restore;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "text (default), or ecs: a line of JSON each, by the Elastic Common Schema.")
    private LogFormat logFormat = LogFormat.text;

    /** As they are written on the command line. */
    private enum LogFormat {
        text,
        ecs
    }

    /** Any property by its full name, such as --grapevine.db.url=…; the node itself refuses those that there are not. */
    @Unmatched
    private List<String> properties = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--stop-with-parent",
            hidden = true,
            description = "Stop when standard input ends, that is: when the process that started this one is gone.")
    private boolean stopWithParent;

    @Option(
            names = "--stop-when-up",
            hidden = true,
            description = "Stop as soon as the node is up: to record what a start loads.")
    private boolean stopWhenUp;

    /**
     * Starts the node and returns; its own threads keep the process alive.
     *
     * @return 0 when the node is up, 1 when it could not start (Spring has then told why)
     */
    @Override
    public Integer call() {
        List<String> arguments = springArguments();
        StopSignals.install();
        if (stopWithParent) {
            Thread.ofPlatform().daemon().name("stop-with-parent").start(NodeCommand::exitAtEndOfInput);
        }
        try {
            NodeApplication.main(arguments.toArray(String[]::new));
            if (stopWhenUp) {
                System.exit(ExitCode.OK);
            }
            return ExitCode.OK;
        } catch (RuntimeException reported) {
            return ExitCode.SOFTWARE;
        }
    }

    /**
     * The options as Spring's command-line properties; what was not given is left to files and environment.
     *
     * @throws UnmatchedArgumentException if something is neither an option nor a property
     */
    List<String> springArguments() {
        List<String> unknown = properties.stream()
                .filter(argument -> !argument.matches(PROPERTY))
                .toList();
        if (!unknown.isEmpty()) {
            throw new UnmatchedArgumentException(requireNonNull(spec).commandLine(), unknown);
        }
        if (properties.stream().anyMatch(NodeCommand::isPassphrase)) {
            throw new ParameterException(
                    requireNonNull(spec).commandLine(),
                    "A passphrase is no argument, which every user of this machine could read: set GRAPEVINE_KEY_PASSPHRASE_FILE"
                            + " or GRAPEVINE_KEY_PASSPHRASE.");
        }
        List<String> arguments = new ArrayList<>(properties);
        // StartFailure says it in one line.
        add(arguments, "logging.level.org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter", "off");
        add(arguments, "grapevine.issuer.name", name);
        add(arguments, "grapevine.data-dir", dataDir);
        add(arguments, "grapevine.network", network);
        add(
                arguments,
                "grapevine.p2p.listen",
                p2pPort == null ? null : "/ip4/0.0.0.0/udp/%1$d/quic-v1,/ip4/0.0.0.0/tcp/%1$d".formatted(p2pPort));
        add(arguments, "grapevine.p2p.bootstrap", bootstrap.isEmpty() ? null : String.join(",", bootstrap));
        add(arguments, "grapevine.backup.restore-from", restore);
        add(arguments, "server.port", httpPort);
        add(arguments, "logging.structured.format.console", logFormat == LogFormat.text ? null : logFormat);
        add(arguments, "management.server.port", managementPort);
        return arguments;
    }

    private static boolean isPassphrase(String argument) {
        return argument.toLowerCase(Locale.ROOT).startsWith("--grapevine.key.passphrase=");
    }

    private static void add(List<String> arguments, String property, @Nullable Object value) {
        if (value != null) {
            arguments.add("--" + property + "=" + value);
        }
    }

    private static void exitAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // what a parent writes means nothing; only the end does
            }
        } catch (IOException gone) {
            // the same as the end
        }
        System.exit(ExitCode.OK);
    }
}
