package dev.grapevine.cli;

import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.Passphrase;
import java.io.Console;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the issuer's key files are on this machine. */
final class IssuerFilesOptions {

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "${env:GRAPEVINE_DATA_DIR:-data}",
            description = "The node's data directory (default: ${DEFAULT-VALUE}).")
    private Path dataDir = Path.of("data");

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            defaultValue = "${env:GRAPEVINE_ISSUER_KEY_FILE}",
            description = "The issuer's key file (default: issuer.key in the data directory).")
    private @Nullable Path keyFile;

    /** Their passphrase is the node's: GRAPEVINE_KEY_PASSPHRASE, or the file that GRAPEVINE_KEY_PASSPHRASE_FILE names. */
    IssuerFiles files() {
        Path key = keyFile == null || keyFile.toString().isBlank() ? dataDir.resolve("issuer.key") : keyFile;
        return new IssuerFiles(key, ofNode(System.getenv()), new SecureRandom());
    }

    private static Optional<Passphrase> ofNode(Map<String, String> environment) {
        String file = environment.getOrDefault("GRAPEVINE_KEY_PASSPHRASE_FILE", "");
        String passphrase = environment.getOrDefault("GRAPEVINE_KEY_PASSPHRASE", "");
        if (!file.isBlank()) {
            return Optional.of(Passphrase.read(Path.of(file)));
        }
        return passphrase.isEmpty() ? Optional.empty() : Optional.of(Passphrase.of(passphrase.toCharArray()));
    }

    /**
     * The passphrase of another file: from a file, or from whoever sits at the terminal.
     *
     * @param twice whether it is a new one, in which nobody may mistype
     * @throws NodeException where there is nobody to ask
     */
    static Passphrase ask(@Nullable Path passphraseFile, Path of, boolean twice) {
        if (passphraseFile != null) {
            return Passphrase.read(passphraseFile);
        }
        Console console = terminal()
                .orElseThrow(() ->
                        new NodeException("There is no terminal to ask for a passphrase on: give --passphrase-file."));
        char[] first = console.readPassword("Passphrase of %s: ", of);
        if (first == null) {
            throw new NodeException("No passphrase was given.");
        }
        if (twice && !Arrays.equals(first, console.readPassword("Once more: "))) {
            throw new NodeException("The two are not the same; nothing was done.");
        }
        return Passphrase.of(first);
    }

    /** Where somebody can be asked. */
    static Optional<Console> terminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal);
    }
}
