package dev.grapevine.cli;

import dev.grapevine.keys.ExportedKey;
import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.KeyFile;
import dev.grapevine.keys.Passphrase;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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

/** The key that an issuer signs with. */
@Command(
        name = "issuer-key",
        mixinStandardHelpOptions = true,
        versionProvider = GrapevineCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Show, rotate, recover, export and import the key that the issuer signs with.",
        subcommands = {
            IssuerKeyCommand.Show.class,
            IssuerKeyCommand.Rotate.class,
            IssuerKeyRecover.class,
            IssuerKeyCommand.Export.class,
            IssuerKeyCommand.Import.class
        },
        footer = {
            "",
            "The issuer's id is its first key, for ever; the key that signs may change. Encrypted key files are opened with the",
            "passphrase in GRAPEVINE_KEY_PASSPHRASE, or in the file that GRAPEVINE_KEY_PASSPHRASE_FILE names."
        })
final class IssuerKeyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do with the issuer's key: show, rotate, recover, export or import.");
    }

    /** What is here, and what the node says; no secrets. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Show who the issuer is, which keys it has and had, and how its files are kept. No secrets.",
            footer = {
                "",
                "Of the files on this machine it tells without a node. What the log says it asks the node, with an API key of the",
                "role operator."
            })
    static final class Show implements Callable<Integer> {

        private static final String LINE = "%-18s%s%n";
        private static final String KEY = "  %-12s%-12s%-10s%s%n";

        @Mixin
        private IssuerFilesOptions local = new IssuerFilesOptions();

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            boolean here = files(local.files(), out);
            Optional<String> apiKey = node.optionalKey();
            if (apiKey.isEmpty() && here) {
                out.println("What the log says is not asked: that needs an API key (GRAPEVINE_API_KEY).");
            } else {
                log(new IssuerKeyClient(node.url(), node.key()), out);
            }
            out.flush();
            return ExitCode.OK;
        }

        private static boolean files(IssuerFiles files, PrintWriter out) {
            files.id().ifPresent(id -> out.printf(LINE, "issuer here", id));
            List<KeyFile> keys = files.privateKeys();
            for (KeyFile key : keys) {
                out.printf(LINE, "key file", key.path() + (key.isEncrypted() ? " (encrypted)" : " (not encrypted)"));
                out.printf(LINE, "", key.did());
            }
            return !keys.isEmpty();
        }

        private static void log(IssuerKeyClient client, PrintWriter out) {
            JsonNode own = client.own();
            out.printf(LINE, "issuer", own.path("issuer").asString());
            out.printf(LINE, "key in force", own.path("key").asString());
            out.printf(
                    LINE,
                    "the node",
                    (own.path("here").asBoolean() ? "has it" : "does not have it, and publishes nothing")
                            + (own.path("encrypted").asBoolean() ? "; its key file is encrypted" : ""));
            out.printf(
                    LINE,
                    "recovery key",
                    "sha-256 " + own.path("recoveryKeyDigest").asString());
            out.printf(KEY, "FROM", "TO", "BY", "KEY");
            for (JsonNode key : client.keys(own.path("issuer").asString())) {
                out.printf(
                        KEY,
                        key.path("from").asLong(),
                        key.path("to").isNumber() ? key.path("to").asString() : "",
                        key.path("by").asString(),
                        key.path("key").asString());
            }
        }
    }

    /** Through the running node. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Have a new key take over, through the running node.",
                "",
                "The node makes the key, keeps it in its key file, and says so in the issuer's log. What the old key has signed",
                "still verifies. Back the key file up afterwards, and copy it to instances with files of their own."
            })
    static final class Rotate implements Callable<Integer> {

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            IssuerKeyClient client = new IssuerKeyClient(node.url(), node.key());
            JsonNode before = client.own();
            JsonNode rotated = client.rotate(before.path("key").asString());
            PrintWriter out = spec.commandLine().getOut();
            out.println("Issuer " + before.path("issuer").asString() + " signs with "
                    + rotated.path("key").asString() + " from event "
                    + (rotated.path("sequence").asLong() + 1) + " on.");
            out.println("Back the node's key file up; the old one is gone.");
            out.flush();
            return ExitCode.OK;
        }
    }

    /** To be carried to another machine. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Write the issuer's key into a new file, encrypted, to move the issuer to another machine.")
    static final class Export implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "The new file; one that is there is never overwritten.")
        private Path file = Path.of("issuer-key.pem");

        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "Its first line is the new file's passphrase; without it you are asked on the terminal.")
        private @Nullable Path passphraseFile;

        @Option(names = "--plain", description = "Do not encrypt the new file: whoever has it is the issuer.")
        private boolean plain;

        @Mixin
        private IssuerFilesOptions local = new IssuerFilesOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            Optional<Passphrase> passphrase =
                    plain ? Optional.empty() : Optional.of(IssuerFilesOptions.ask(passphraseFile, file, true));
            IssuerFiles files = local.files();
            ExportedKey.write(files, file, passphrase, new SecureRandom());
            PrintWriter out = spec.commandLine().getOut();
            out.println("Wrote the key of issuer "
                    + files.id().orElseGet(() -> files.key().did()) + " to " + file
                    + (plain ? ", not encrypted." : ", encrypted."));
            out.flush();
            return ExitCode.OK;
        }
    }

    /** On the new machine. */
    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Make the key in a file the one that the node here signs with.",
                "",
                "Another issuer's files are never overwritten. Where a node that knows the issuer answers at --url, a key that is no",
                "longer in force is refused. A running node finds the new key by itself."
            })
    static final class Import implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "As 'export' wrote it, or another node's issuer.key.")
        private Path file = Path.of("issuer-key.pem");

        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "Its first line is the file's passphrase; without it you are asked on the terminal.")
        private @Nullable Path passphraseFile;

        @Mixin
        private IssuerFilesOptions local = new IssuerFilesOptions();

        @Mixin
        private NodeOptions node = new NodeOptions();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            SecureRandom random = new SecureRandom();
            boolean encrypted = new KeyFile(file, Optional.empty(), random).isEncrypted();
            Optional<Passphrase> passphrase =
                    encrypted ? Optional.of(IssuerFilesOptions.ask(passphraseFile, file, false)) : Optional.empty();
            ExportedKey exported = ExportedKey.read(file, passphrase, random);
            String checked = check(exported);
            IssuerFiles files = local.files();
            exported.moveInto(files);
            PrintWriter out = spec.commandLine().getOut();
            out.println("Issuer " + exported.issuer() + " signs here with " + exported.did() + ", in "
                    + files.key().path() + (files.key().isEncrypted() ? " (encrypted)." : " (not encrypted)."));
            out.println(checked);
            out.flush();
            return ExitCode.OK;
        }

        /** @return what there is to say of it */
        private String check(ExportedKey exported) {
            List<JsonNode> keys;
            try {
                keys = new IssuerKeyClient(node.url(), null).keys(exported.issuer());
            } catch (NodeException nobodyKnows) {
                return "Whether it is the key in force was not checked: " + nobodyKnows.getMessage();
            }
            String inForce = keys.getLast().path("key").asString();
            if (!inForce.equals(exported.did())) {
                throw new NodeException("The key " + exported.did() + " is not the one in force, which is " + inForce
                        + " by the log at " + node.url() + ". Nothing was imported.");
            }
            return "It is the key in force by the log at " + node.url() + ".";
        }
    }
}
