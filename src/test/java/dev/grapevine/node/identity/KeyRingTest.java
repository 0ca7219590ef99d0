package dev.grapevine.node.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Curve;
import dev.grapevine.keys.EcdsaKey;
import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.Passphrase;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    private static final int MAX_FILE_BYTES = 1024;

    @TempDir
    private Path temporary;

    private final KeyRing keys = new KeyRing(Optional.empty(), new SecureRandom());
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
        keys.key(file);
        String line = Files.readString(file).strip();

        Files.writeString(file, line + "\n".repeat(MAX_FILE_BYTES - line.length()));
        assertThat(keys.key(file)).isNotNull();
        Files.writeString(file, line + "\n".repeat(MAX_FILE_BYTES - line.length() + 1));
        assertThatThrownBy(() -> keys.key(file)).isInstanceOf(StartProblem.class);
    }

    @Test
    void aNewIssuerGetsAKeyAnIdAndARecoveryKey() throws IOException {
        KeyRing.Issuer made = keys.issuer(data.resolve("issuer.key"), false);

        assertThat(made.id().inception())
                .isEqualTo(Objects.requireNonNull(made.signingKey()).publicKey());
        assertThat(data.resolve("issuer.id")).hasContent(made.id().did());
        assertThat(permissions("issuer.key")).isEqualTo("rw-------");
        assertThat(permissions("issuer.id")).isEqualTo("rw-r--r--");
        assertThat(permissions("issuer.secret")).isEqualTo("rw-------");
        assertThat(permissions("recovery.key")).isEqualTo("rw-------");
        assertThat(permissions("recovery.pub")).isEqualTo("rw-r--r--");
    }

    @Test
    void anIssuerFromBeforeThereWereIdsIsNamedAfterItsKey() throws IOException {
        PrivateKey key = keys.key(data.resolve("issuer.key"));

        assertThat(keys.issuer(data.resolve("issuer.key"), false).id().inception())
                .isEqualTo(key.publicKey());
        assertThat(data.resolve("issuer.id")).exists();
    }

    @Test
    void theIssuerStaysTheSameWithAnotherKey() throws IOException {
        IssuerId id = keys.issuer(data.resolve("issuer.key"), false).id();
        Files.delete(data.resolve("issuer.key"));
        PrivateKey other = keys.key(data.resolve("issuer.key"));

        KeyRing.Issuer issuer = keys.issuer(data.resolve("issuer.key"), false);

        assertThat(issuer.id()).isEqualTo(id);
        assertThat(Objects.requireNonNull(issuer.signingKey()).publicKey()).isEqualTo(other.publicKey());
    }

    @Test
    void anIssuerWhoseKeyIsMissingStartsOnlyToBeRecovered() throws IOException {
        IssuerId id = keys.issuer(data.resolve("issuer.key"), false).id();
        Files.delete(data.resolve("issuer.key"));

        assertThatThrownBy(() -> keys.issuer(data.resolve("issuer.key"), false))
                .isInstanceOfSatisfying(
                        StartProblem.class, e -> assertThat(e.remedy()).contains("GRAPEVINE_ISSUER_RECOVERING"))
                .hasMessageContaining(id.did());
        KeyRing.Issuer recovering = keys.issuer(data.resolve("issuer.key"), true);
        assertThat(recovering.id()).isEqualTo(id);
        assertThat(recovering.signingKey()).isNull();
        assertThat(data.resolve("issuer.key")).doesNotExist();
    }

    @Test
    void toRecoverWithoutAnythingTheIdIsNeeded() {
        assertThatThrownBy(() -> keys.issuer(data.resolve("issuer.key"), true))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("issuer.id");
    }

    @Test
    void anIssuerThatHasBegunGetsNoOtherRecoveryKey() throws IOException {
        keys.issuer(data.resolve("issuer.key"), false);
        Files.delete(data.resolve("recovery.key"));
        Files.delete(data.resolve("recovery.pub"));

        assertThat(keys.issuer(data.resolve("issuer.key"), false).files().recoveryPublic())
                .isEmpty();
    }

    @Test
    void writesTheRecoveryKeysPublicHalfAgainWhereItIsMissing() throws IOException {
        var made = keys.issuer(data.resolve("issuer.key"), false).files().recoveryPublic();
        Files.delete(data.resolve("recovery.pub"));

        assertThat(keys.issuer(data.resolve("issuer.key"), false).files().recoveryPublic())
                .isEqualTo(made)
                .isPresent();
    }

    @Test
    void whatReplacedEcdsaKeysHaveSignedStaysVerifiable() throws IOException {
        IssuerFiles files = new IssuerFiles(data.resolve("issuer.key"), Optional.empty(), new SecureRandom());
        WebIdentity before = keys.web("did:web:uni.example", files);
        assertThat(before.keys()).extracting(EcdsaKey::publicKey).isEqualTo(before.published());
        assertThat(keys.web("did:web:uni.example", files).published()).isEqualTo(before.published());

        Files.delete(data.resolve("issuer-p256.key"));
        WebIdentity after = keys.web("did:web:uni.example", files);

        VerificationKey replacement = after.key(Curve.P256).publicKey();
        assertThat(after.published())
                .containsExactly(
                        before.published().get(0),
                        replacement,
                        before.published().get(1));
        assertThat(after.key(Curve.P384).publicKey())
                .isEqualTo(before.key(Curve.P384).publicKey());
        assertThat(after.verificationMethod(replacement)).isEqualTo("did:web:uni.example#" + replacement.multikey());
    }

    @Test
    void withAPassphraseEveryPlainKeyIsEncrypted() throws IOException {
        PublicKey node = keys.key(data.resolve("node.key")).publicKey();
        IssuerId id = keys.issuer(data.resolve("issuer.key"), false).id();
        KeyRing encrypting = new KeyRing(Optional.of(Passphrase.of("correct horse".toCharArray())), new SecureRandom());

        assertThat(encrypting.key(data.resolve("node.key")).publicKey()).isEqualTo(node);
        assertThat(encrypting.issuer(data.resolve("issuer.key"), false).id()).isEqualTo(id);

        for (String file : List.of("node.key", "issuer.key", "recovery.key")) {
            assertThat(Files.readString(data.resolve(file))).as(file).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        }
        assertThatThrownBy(() -> keys.issuer(data.resolve("issuer.key"), false))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("there is no passphrase");
    }

    private String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(name)));
    }
}
