package dev.grapevine.cli;

import dev.grapevine.keys.KeyFile;
import dev.grapevine.keys.Passphrase;
import dev.grapevine.keys.RecoveryKey;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Has a new key take over by the recovery key, which signs here and is never sent to the node. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Have a new key take over when the one in force is lost or stolen, or the log is forked.",
            "",
            "The recovery key signs on this machine; the node sees the signature alone. Whatever the log has after the event",
            "that stands is of no effect from then on, but for revocations and erasures. A node that does not start because its",
            "key is lost or not in force starts with GRAPEVINE_ISSUER_RECOVERING=true."
        })
final class IssuerKeyRecover implements Callable<Integer> {

    @Option(
            names = "--recovery-key",
            paramLabel = "FILE",
            required = true,
            description = "recovery.key, which the node made at its first start.")
    private Path recoveryKey = Path.of("recovery.key");

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "Its first line is the passphrase of an encrypted recovery key; without it you are asked.")
    private @Nullable Path passphraseFile;

    @Option(
            names = "--at",
            paramLabel = "SEQUENCE",
            description =
                    "The last event that stands (default: the last one that the node has). With a stolen key: the last one that you"
                            + " are sure of.")
    private @Nullable Long at;

    @Option(names = "--yes", description = "Do not ask whether it is meant.")
    private boolean yes;

    @Mixin
    private NodeOptions node = new NodeOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RecoveryKey key = open();
        IssuerKeyClient client = new IssuerKeyClient(node.url(), node.key());
        JsonNode own = client.own();
        String right = own.path("recoveryKeyDigest").asString();
        if (!key.digest().equals(right)) {
            throw new NodeException("This is not the recovery key of issuer "
                    + own.path("issuer").asString() + ": its sha-256 is " + key.digest() + ", and the log names "
                    + right + ". Nothing was done.");
        }
        JsonNode prepared = client.prepareRecovery(at);
        RecoveryKey.Order order = new RecoveryKey.Order(
                prepared.path("network").asString(),
                own.path("issuer").asString(),
                prepared.path("sequence").asLong(),
                prepared.path("key").asString());
        confirm(order, prepared.path("last").asLong());
        byte[] envelope = key.sign(
                order, Base64.getDecoder().decode(prepared.path("event").asString()));
        JsonNode recovered = client.recover(envelope);
        PrintWriter out = spec.commandLine().getOut();
        out.println("Issuer " + order.issuer() + " signs with "
                + recovered.path("key").asString() + " from event "
                + (recovered.path("sequence").asLong() + 1) + " on.");
        out.println("Back the node's key file up, and put the recovery key back into its safe place.");
        out.flush();
        return ExitCode.OK;
    }

    private RecoveryKey open() {
        SecureRandom random = new SecureRandom();
        boolean encrypted = new KeyFile(recoveryKey, Optional.empty(), random).isEncrypted();
        Optional<Passphrase> passphrase =
                encrypted ? Optional.of(IssuerFilesOptions.ask(passphraseFile, recoveryKey, false)) : Optional.empty();
        return new RecoveryKey(new KeyFile(recoveryKey, passphrase, random));
    }

    private void confirm(RecoveryKey.Order order, long last) {
        String summary = "Issuer " + order.issuer() + ": event " + (order.sequence() - 1) + " and all before it stand; "
                + (last >= order.sequence()
                        ? "what this node has after it, up to event " + last
                                + ", is of no effect then, but for revocations and erasures."
                        : "this node has none after it.");
        if (yes) {
            return;
        }
        Console console = IssuerFilesOptions.terminal()
                .orElseThrow(() -> new NodeException(summary + " If that is meant, say --yes. Nothing was done."));
        String answer = console.readLine("%s%nIs that meant (yes/no)? ", summary);
        if (!"yes".equals(answer)) {
            throw new NodeException("Nothing was done.");
        }
    }
}
