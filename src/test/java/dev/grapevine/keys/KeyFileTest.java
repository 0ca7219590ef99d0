package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {

    /** Of the seed of 32 zeros, by {@code openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256} (OpenSSL 3). */
    private static final String BY_OPENSSL = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhwH1ykfY0nCAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBSEu86/0Abe+MCX/XwE0twEQGuI
            zF7bMPH4kl0inFu6/icbEVXzZyL6sHZ2gwzBToZpPGs/Cs3h0tQDhRuon4tYVKEW
            WR2blAOtK9Ox1U53Ajw=
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    private static final PrivateKey ZEROS = PrivateKey.ofSeed(new byte[32]);
    private static final Optional<Passphrase> RIGHT = passphrase("correct horse");

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void choose() {
        path = directory.resolve("some.key");
    }

    @Test
    void aPlainFileIsOneLine() throws IOException {
        assertThat(file(Optional.empty()).create(ZEROS)).isTrue();

        assertThat(Files.readAllLines(path)).containsExactly(Multibase.BASE58BTC.encode(ZEROS.encoded()));
        assertThat(file(Optional.empty()).read().publicKey()).isEqualTo(ZEROS.publicKey());
        assertThat(file(RIGHT).read().publicKey()).isEqualTo(ZEROS.publicKey());
        assertThat(file(RIGHT).isEncrypted()).isFalse();
    }

    @Test
    void anEncryptedFileSaysWhoseKeyItIsAndOpensOnlyWithThePassphrase() throws IOException {
        file(RIGHT).create(ZEROS);

        assertThat(Files.readString(path))
                .startsWith(DidKey.encode(ZEROS.publicKey()) + "\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
                .doesNotContain(Multibase.BASE58BTC.encode(ZEROS.encoded()));
        assertThat(Files.size(path)).isLessThanOrEqualTo(DurableFile.MAX_FILE_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(file(RIGHT).read().publicKey()).isEqualTo(ZEROS.publicKey());
        assertThat(file(Optional.empty()).did()).isEqualTo(DidKey.encode(ZEROS.publicKey()));
        assertThatThrownBy(() -> file(Optional.empty()).read())
                .isInstanceOfSatisfying(
                        KeyProblem.class, e -> assertThat(e.remedy()).contains("GRAPEVINE_KEY_PASSPHRASE_FILE"))
                .hasMessageContaining("is encrypted");
        assertThatThrownBy(() -> file(passphrase("wrong horse")).read())
                .isInstanceOf(KeyProblem.class)
                .hasMessage("The passphrase does not open the key file " + path + ".");
    }

    @Test
    void readsWhatOpensslHasEncrypted() throws IOException {
        write(BY_OPENSSL);

        assertThat(file(RIGHT).read().publicKey()).isEqualTo(ZEROS.publicKey());
        assertThatThrownBy(() -> file(passphrase("wrong horse")).read()).hasMessageContaining("does not open");
    }

    @Test
    void opensslReadsWhatIsEncryptedHere() throws Exception {
        file(passphrase("pass of all: ü€ 1234")).create(ZEROS);

        Path out = directory.resolve("public.pem");
        ProcessBuilder openssl = new ProcessBuilder(
                "openssl", "pkey", "-in", path.toString(), "-passin", "env:PASS", "-pubout", "-out", out.toString());
        openssl.environment().put("PASS", "pass of all: ü€ 1234");
        assertThat(openssl.inheritIO().start().waitFor()).isZero();
        String base64 = Files.readString(out).replaceAll("-----.*-----|\\s", "");
        byte[] subjectPublicKeyInfo = Base64.getDecoder().decode(base64);
        assertThat(Arrays.copyOfRange(subjectPublicKeyInfo, 12, 44))
                .isEqualTo(ZEROS.publicKey().raw());
    }

    @Test
    void aKeyUnderTheWrongNameIsRefused() throws IOException {
        write(DidKey.encode(PrivateKey.generate(new SecureRandom()).publicKey()) + "\n" + BY_OPENSSL);

        assertThatThrownBy(() -> file(RIGHT).read())
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("another key than the text above it says");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMFcGCSqG\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\n====\n-----END ENCRYPTED PRIVATE KEY-----\n"
            })
    void whatIsNoEncryptedKeyIsRefused(String text) throws IOException {
        write(text);

        assertThatThrownBy(() -> file(RIGHT).read())
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("holds no usable key");
    }

    @Test
    void otherCiphersAreNamedAndRefused() throws IOException {
        // openssl pkcs8 -topk8 -v2 aes-128-cbc
        write("""
                -----BEGIN ENCRYPTED PRIVATE KEY-----
                MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhsmZs8POPjqAICCAAw
                DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEL2H6eE4zFWRJE4WaLG2NokEQJnc
                fIJV5VoKqYjMM6EA2P9CNJjA2Ps6fW6g1wrxHNkXOagIuvPXuh6Y7xi21mos2R1r
                2uQA9wqMgDSb1Tm6SM8=
                -----END ENCRYPTED PRIVATE KEY-----
                """);

        assertThatThrownBy(() -> file(RIGHT).read()).hasMessageContaining("AES-256-CBC");
    }

    @Test
    void aPlainFileIsEncryptedOnceAndItsOldTextOverwritten() throws IOException {
        file(Optional.empty()).create(ZEROS);

        assertThat(file(Optional.empty()).protect()).isFalse();
        assertThat(file(RIGHT).protect()).isTrue();
        assertThat(file(RIGHT).protect()).isFalse();

        assertThat(file(RIGHT).isEncrypted()).isTrue();
        assertThat(file(RIGHT).read().publicKey()).isEqualTo(ZEROS.publicKey());
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void theOldTextIsGoneFromDisk() throws IOException {
        file(Optional.empty()).create(ZEROS);
        try (var old = Files.newByteChannel(path)) {
            file(RIGHT).protect();

            var left = ByteBuffer.allocate(2 * DurableFile.MAX_FILE_BYTES);
            old.read(left);
            assertThat(left.array()).containsOnly(0);
        }
    }

    @Test
    void aBackupByHardLinkIsLeftAlone() throws IOException {
        file(Optional.empty()).create(ZEROS);
        Path backup = Files.createLink(directory.resolve("backup"), path);

        file(RIGHT).protect();

        assertThat(new KeyFile(backup, Optional.empty(), new SecureRandom())
                        .read()
                        .publicKey())
                .isEqualTo(ZEROS.publicKey());
    }

    @Test
    void aPassphraseHasBounds() throws IOException {
        assertThatThrownBy(() -> passphrase("1234567")).isInstanceOf(KeyProblem.class);
        assertThat(passphrase("12345678")).isPresent();
        assertThat(passphrase("x".repeat(Passphrase.MAX_CHARS))).isPresent();
        assertThatThrownBy(() -> passphrase("x".repeat(Passphrase.MAX_CHARS + 1)))
                .isInstanceOf(KeyProblem.class)
                .hasMessageNotContaining("xx");
        Path secret = directory.resolve("passphrase");
        Files.writeString(secret, "correct horse\r\nsecond line");
        assertThat(Passphrase.read(secret).chars()).isEqualTo("correct horse".toCharArray());
        assertThat(Passphrase.read(secret)).hasToString("Passphrase");
        Files.writeString(secret, "€".repeat(Passphrase.MAX_CHARS) + "\n");
        assertThat(Passphrase.read(secret).chars()).hasSize(Passphrase.MAX_CHARS);
        Files.writeString(secret, "x".repeat(4 * Passphrase.MAX_CHARS + 3));
        assertThatThrownBy(() -> Passphrase.read(secret)).hasMessageContaining("too long");
        assertThatThrownBy(() -> Passphrase.read(directory.resolve("none"))).hasMessageContaining("cannot be read");
    }

    private void write(String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    private KeyFile file(Optional<Passphrase> passphrase) {
        return new KeyFile(path, passphrase, new SecureRandom());
    }

    private static Optional<Passphrase> passphrase(String text) {
        return Optional.of(Passphrase.of(text.toCharArray()));
    }
}
