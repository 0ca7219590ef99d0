package dev.grapevine.node.identity;

import dev.grapevine.keys.KeyProblem;
import dev.grapevine.keys.Passphrase;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the key files are encrypted with. Where it is given, plain ones are encrypted at the start.
 *
 * @param passphrase of the key files: 8 to 1,024 characters. Never as an argument, which other users of the machine see.
 * @param passphraseFile a file whose first line is the passphrase, as container platforms mount secrets
 */
@ConfigurationProperties("grapevine.key")
record KeyProperties(@Nullable String passphrase, @Nullable Path passphraseFile) {

    /** @throws KeyProblem where it is given twice, cannot be read, or is too short */
    Optional<Passphrase> given() {
        String here = passphrase == null ? "" : passphrase;
        if (!here.isEmpty() && passphraseFile != null) {
            throw new KeyProblem(
                    "GRAPEVINE_KEY_PASSPHRASE and GRAPEVINE_KEY_PASSPHRASE_FILE are both set.", "Set one of them.");
        }
        if (passphraseFile != null) {
            return Optional.of(Passphrase.read(passphraseFile));
        }
        return here.isEmpty() ? Optional.empty() : Optional.of(Passphrase.of(here.toCharArray()));
    }

    /** Without the passphrase. */
    @Override
    public String toString() {
        return "KeyProperties[passphraseFile=" + passphraseFile + "]";
    }
}
