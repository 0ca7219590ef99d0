package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerFilesTest {

    @TempDir
    private Path directory;

    private IssuerFiles files;

    @BeforeEach
    void begin() {
        files = files("issuer.key");
        files.key().createNew();
    }

    private IssuerFiles files(String name) {
        return new IssuerFiles(directory.resolve(name), Optional.empty(), new SecureRandom());
    }

    @Test
    void theIdStaysWhateverTheKeyIs() {
        String id = files.key().did();
        assertThat(files.id()).isEmpty();
        assertThat(files.createId(id)).isTrue();

        PrivateKey next = files.createNext();
        assertThat(files.takeOver(next.publicKey())).isTrue();

        assertThat(files.id()).contains(id);
        assertThat(files.createId(files.key().did())).isFalse();
        assertThat(files.id()).contains(id);
        assertThat(files.key().read().publicKey()).isEqualTo(next.publicKey());
        assertThat(directory.resolve("issuer.id")).hasContent(id);
    }

    @Test
    void theIdStandsBesideAKeyOfAnyName() {
        assertThat(files("acme.key").idPath()).isEqualTo(directory.resolve("acme.id"));
        assertThat(files("acme").idPath()).isEqualTo(directory.resolve("acme.id"));
    }

    @Test
    void whatIsNoIdIsRefused() throws IOException {
        Files.writeString(directory.resolve("issuer.id"), "did:web:example.org\n");

        assertThatThrownBy(files::id)
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("does not hold an issuer's id");
    }

    @Test
    void aKeyTakesOverOnceAndOnlyTheOneThatIsNamed() {
        PublicKey old = files.key().publicKey();
        PrivateKey next = files.createNext();

        assertThat(files.takeOver(PrivateKey.generate(new SecureRandom()).publicKey()))
                .isFalse();
        assertThat(files.key().publicKey()).isEqualTo(old);
        assertThat(files.takeOver(next.publicKey())).isTrue();
        assertThat(files.takeOver(next.publicKey())).isFalse();
        assertThat(files.key().publicKey()).isEqualTo(next.publicKey());
    }

    @Test
    void aKeyThatNeverTookOverGivesWayToTheNext() {
        PrivateKey abandoned = files.createNext();
        PrivateKey next = files.createNext();

        assertThat(files.privateKeys()).hasSize(2);
        assertThat(files.takeOver(abandoned.publicKey())).isFalse();
        assertThat(files.takeOver(next.publicKey())).isTrue();
    }

    @Test
    void aHalfWrittenFileIsNoKey() throws IOException {
        Files.writeString(directory.resolve("issuer.key.next-z6MkabC.123.tmp"), "half");

        assertThat(files.privateKeys()).hasSize(1);
    }

    @Test
    void theSecretStaysWhenTheKeyIsAnother() {
        byte[] secret = files.secret(files.key().read());

        assertThat(files.secret(files.createNext())).isEqualTo(secret);
    }

    @Test
    void knowsTheRecoveryKeyAfterItsFileWasMovedAway() throws IOException {
        assertThat(files.recoveryPublic()).isEmpty();
        assertThat(files.createRecovery()).isTrue();
        assertThat(files.createRecovery()).isFalse();
        PublicKey made = files.recoveryPublic().orElseThrow();
        assertThat(files.recovery().publicKey()).isEqualTo(made);

        Files.delete(directory.resolve("recovery.key"));

        assertThat(files.recoveryPublic()).contains(made);
    }

    @Test
    void refusesTwoHalvesThatDoNotBelongTogether() throws IOException {
        files.createRecovery();
        Files.delete(directory.resolve("recovery.key"));
        files.recovery().createNew();

        assertThatThrownBy(files::recoveryPublic).isInstanceOf(KeyProblem.class).hasMessageContaining("public half");
    }
}
