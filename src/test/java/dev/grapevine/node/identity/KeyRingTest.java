package dev.grapevine.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    @TempDir
    private Path temporary;

    private final KeyRing keys = new KeyRing(new SecureRandom());
    private Path data;

    @BeforeEach
    void chooseADirectoryThatIsNotThereYet() {
        data = temporary.resolve("data");
    }

    @Test
    void makesAKeyAtTheFirstStartAndReadsItAfterwards() throws IOException {
        PrivateKey made = keys.key(data.resolve("node.key"));

        assertThat(keys.key(data.resolve("node.key")).publicKey()).isEqualTo(made.publicKey());
        assertThat(permissions("node.key")).isEqualTo("rw-------");
        assertThat(permissions("")).isEqualTo("rwx------");
        assertThat(Files.readAllLines(data.resolve("node.key")))
                .containsExactly(Multibase.BASE58BTC.encode(made.encoded()));
        try (var files = Files.list(data)) {
            assertThat(files).containsExactly(data.resolve("node.key"));
        }
    }

    @Test
    void instancesThatStartTogetherShareOneKey() {
        Path shared = data.resolve("issuer.key");

        assertThat(IntStream.range(0, 16)
                        .parallel()
                        .mapToObj(i -> keys.key(shared).publicKey()))
                .hasSize(16)
                .containsOnly(keys.key(shared).publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
    void refusesAKeyFileWithWiderPermissions(String permissions) throws IOException {
        Path file = data.resolve("node.key");
        keys.key(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> keys.key(file))
                .isInstanceOfSatisfying(
                        StartProblem.class, e -> assertThat(e.remedy()).isEqualTo("Run: chmod 600 " + file))
                .hasMessageContaining(permissions);
    }

    @Test
    void takesAKeyFileThatItsOwnerMayOnlyRead() throws IOException {
        PublicKey made = keys.key(data.resolve("node.key")).publicKey();
        Files.setPosixFilePermissions(data.resolve("node.key"), PosixFilePermissions.fromString("r--------"));

        assertThat(keys.key(data.resolve("node.key")).publicKey()).isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "z", "zzz", "hello", "-----BEGIN PRIVATE KEY-----"})
    void refusesAKeyFileWithBadContentAndShowsNoneOfIt(String content) throws IOException {
        Path file = data.resolve("node.key");
        keys.key(file);
        Files.writeString(file, content);

        assertThatThrownBy(() -> keys.key(file))
                .isInstanceOfSatisfying(
                        StartProblem.class, e -> assertThat(e.remedy()).contains("backup"))
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent(content);
    }

    @Test
    void readsNoMoreThanAKeyFileCanHold() throws IOException {
        Path file = data.resolve("node.key");
        String line = Files.readString(keyFile(file)).strip();

        Files.writeString(file, line + "\n".repeat(KeyFile.MAX_FILE_BYTES - line.length()));
        assertThat(keys.key(file)).isNotNull();
        Files.writeString(file, line + "\n".repeat(KeyFile.MAX_FILE_BYTES - line.length() + 1));
        assertThatThrownBy(() -> keys.key(file)).isInstanceOf(StartProblem.class);
    }

    @Test
    void knowsTheRecoveryKeyAfterItsFileWasMovedAway() throws IOException {
        PublicKey made = keys.recoveryKey(data);
        assertThat(permissions("recovery.key")).isEqualTo("rw-------");
        assertThat(permissions("recovery.pub")).isEqualTo("rw-r--r--");

        Files.delete(data.resolve("recovery.key"));

        assertThat(keys.recoveryKey(data)).isEqualTo(made);
        assertThat(data.resolve("recovery.key")).doesNotExist();
    }

    @Test
    void writesTheRecoveryKeysPublicHalfAgainWhereItIsMissing() throws IOException {
        PublicKey made = keys.recoveryKey(data);
        Files.delete(data.resolve("recovery.pub"));

        assertThat(keys.recoveryKey(data)).isEqualTo(made);
    }

    @Test
    void refusesTwoHalvesThatDoNotBelongTogether() throws IOException {
        keys.recoveryKey(data);
        Files.delete(data.resolve("recovery.key"));
        keys.key(data.resolve("recovery.key"));

        assertThatThrownBy(() -> keys.recoveryKey(data))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("public half");
    }

    private Path keyFile(Path file) {
        keys.key(file);
        return file;
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name)));
    }
}
