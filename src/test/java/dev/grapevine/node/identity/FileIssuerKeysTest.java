package dev.grapevine.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node may die after each step of a rotation; whoever comes next goes by what the log says. */
class FileIssuerKeysTest {

    @TempDir
    private Path directory;

    private IssuerKeys keys;
    private PublicKey first;

    @BeforeEach
    void begin() {
        keys = instance(directory);
        first = keys.signingKey().publicKey();
    }

    /** As if a node started on this directory. */
    private static IssuerKeys instance(Path directory) {
        KeyRing.Issuer issuer = new KeyRing(Optional.empty(), new SecureRandom())
                .issuer(directory.resolve("issuer.key"), Files.exists(directory.resolve("issuer.id")));
        return new FileIssuerKeys(issuer.files(), issuer.id(), issuer.signingKey(), Optional.empty());
    }

    @Test
    void aNodeThatDiedBeforeTheCommitSignsWithTheOldKey() {
        keys.createNext();

        IssuerKeys restarted = instance(directory);

        assertThat(restarted.signingKey().publicKey()).isEqualTo(first);
        assertThat(restarted.inForce(first)).isPresent();
    }

    @Test
    void aNodeThatDiedAfterTheCommitFindsTheNewKey() {
        PublicKey next = keys.createNext().publicKey();

        IssuerKeys restarted = instance(directory);

        assertThat(restarted.inForce(next)).map(PrivateKey::publicKey).contains(next);
        assertThat(restarted.signingKey().publicKey()).isEqualTo(next);
        assertThat(instance(directory).signingKey().publicKey()).isEqualTo(next);
    }

    @Test
    void anotherInstanceOnTheSameFilesFindsTheNewKeyByItself() {
        IssuerKeys other = instance(directory);
        PublicKey next = keys.createNext().publicKey();
        assertThat(keys.inForce(next)).isPresent();

        assertThat(other.signingKey().publicKey()).isEqualTo(first);
        assertThat(other.inForce(next)).isPresent();
        assertThat(other.signingKey().publicKey()).isEqualTo(next);
    }

    @Test
    void anInstanceWithFilesOfItsOwnHasNotTheNewKeyUntilItIsCopied() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        Files.createDirectory(elsewhere);
        for (String file : new String[] {"issuer.key", "issuer.id"}) {
            Files.copy(directory.resolve(file), elsewhere.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
        }
        IssuerKeys other = instance(elsewhere);
        PublicKey next = keys.createNext().publicKey();
        keys.inForce(next);

        assertThat(other.inForce(next)).isEmpty();
        Files.copy(
                directory.resolve("issuer.key"),
                elsewhere.resolve("issuer.key"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(other.inForce(next)).isPresent();
    }

    @Test
    void aBrokenFileIsAsGoodAsNone() throws Exception {
        Files.writeString(directory.resolve("issuer.key"), "rubbish");

        assertThat(keys.inForce(PrivateKey.generate(new SecureRandom()).publicKey()))
                .isEmpty();
    }

    @Test
    void anIssuerThatIsToBeRecoveredHasNoKeyUntilOneTakesOver() throws Exception {
        Files.delete(directory.resolve("issuer.key"));
        IssuerKeys recovering = instance(directory);

        assertThatThrownBy(recovering::signingKey)
                .isInstanceOf(IssuerKeyException.class)
                .hasMessageContaining("is missing");
        PublicKey next = recovering.createNext().publicKey();
        assertThat(recovering.inForce(next)).isPresent();
        assertThat(recovering.signingKey().publicKey()).isEqualTo(next);
    }
}
