package dev.grapevine.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The API keys of a running node, by its operator. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Make, list and revoke the API keys of a running node. Needs a key with the role operator.",
        subcommands = {KeyCommand.Add.class, KeyCommand.Show.class, KeyCommand.Revoke.class},
        footer = {
            "",
            "Roles: reader (browse, follow changes), issuer (also publish), operator (also keys and settings, but not publish).",
            "",
            "When every key is lost, restart the node with GRAPEVINE_API_KEY set to a key of your own (openssl rand -hex 32).",
            "It may do everything, and works beside the keys in the database: make a new one with it, revoke the lost ones,",
            "and restart the node without it."
        })
final class KeyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do with keys: add, list or revoke.");
    }

    /** Prints the new secret, and nothing else, on standard output, so that scripts can take it from there. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Make a key. Its secret is printed this once, alone on standard output.")
    static final class Add implements Callable<Integer> {

        private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})([dh])");

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                split = ",",
                required = true,
                description = "What it may do: reader, issuer, operator, or several with commas.")
        private List<String> roles = List.of();

        @Option(names = "--name", paramLabel = "NAME", description = "What it is for, for people.")
        private @Nullable String name;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description = "When it stops working: 90d, 12h, or 2030-01-31T12:00:00Z. Never by default.")
        private @Nullable String expires;

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            JsonNode made = new KeyClient(node.url(), node.key()).add(roles, name, iso(expires));
            JsonNode key = made.path("key");
            PrintWriter err = spec.commandLine().getErr();
            err.println("Key " + key.path("id").asString() + " (" + roles(key) + ")"
                    + (key.hasNonNull("expires")
                            ? ", which expires at " + key.path("expires").asString()
                            : "")
                    + ". It is shown this once:");
            err.flush();
            spec.commandLine().getOut().println(made.path("secret").asString());
            return ExitCode.OK;
        }

        /** 90d and 12h as ISO 8601 has it; whatever else as it is. */
        private static @Nullable String iso(@Nullable String time) {
            Matcher matcher = SHORT_DURATION.matcher(time == null ? "" : time);
            if (!matcher.matches()) {
                return time;
            }
            return matcher.group(2).equals("d") ? "P" + matcher.group(1) + "D" : "PT" + matcher.group(1) + "H";
        }
    }

    /** A line a key. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "List the keys: those that work, the newest first, then those that do no longer.")
    static final class Show implements Callable<Integer> {

        private static final String LINE = "%-12s  %-8s  %-24s  %-20s  %-20s  %s%n";

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            JsonNode keys = new KeyClient(node.url(), node.key()).list();
            PrintWriter out = spec.commandLine().getOut();
            out.printf(LINE, "ID", "STATUS", "ROLES", "EXPIRES", "LAST USED", "NAME");
            for (JsonNode key : keys.path("keys").values()) {
                out.printf(
                        LINE,
                        key.path("id").asString(),
                        key.path("status").asString(),
                        roles(key),
                        seconds(key.path("expires"), "never"),
                        seconds(key.path("lastUsed"), "-"),
                        key.path("name").asString());
            }
            out.flush();
            return ExitCode.OK;
        }

        private static String seconds(JsonNode time, String otherwise) {
            return time.isString() ? time.stringValue().replaceFirst("\\.\\d+Z$", "Z") : otherwise;
        }
    }

    /** By id, for the secret is known to its holder alone. */
    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Revoke keys, for ever. They stop working at once.")
    static final class Revoke implements Callable<Integer> {

        @Parameters(paramLabel = "ID", arity = "1..*", description = "As 'list' shows it.")
        private List<String> ids = List.of();

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            KeyClient client = new KeyClient(node.url(), node.key());
            for (String id : ids) {
                client.revoke(id);
                spec.commandLine().getOut().println("revoked " + id);
            }
            return ExitCode.OK;
        }
    }

    private static String roles(JsonNode key) {
        return key.path("roles").valueStream().map(JsonNode::asString).collect(Collectors.joining(","));
    }
}
