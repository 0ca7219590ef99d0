package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaKeyFileTest {

    /** By {@code openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256} (OpenSSL 3). */
    private static final String BY_OPENSSL = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6a1ygDwQUzt4YgF2
            Mv6bVOVJg3FPdRqWk2khGK/7Em+hRANCAARiD5/KRQ5v8s86kOdLd+1ZTSByMl/K
            1U4fUOXArAgdeJOFWPo7hXmW2pFfxqhmCSqeYqMNK+3wFjXEDykRY5Fb
            -----END PRIVATE KEY-----
            """;

    /** The same, by {@code openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256}. */
    private static final String ENCRYPTED_BY_OPENSSL = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi8bN0qLx9cUAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEAW2DwGOls04RUhSLBy+jA0EgZAr
            8JlEDEwvEkn/ISYaZcWl0PfdSrH4m2cL+pPuOhFbtxYaQD285sR6ftSsSlxe5n8S
            MkhLHe/48M0Hb739GIJJp3Y8YEXMyT4pul2LG7AowJqQ+CsUUOQuOaQiE7ukn/EV
            eq2aNpPcomBzcREpXnUxxkbuTomumZUMK7n8JlqMVSYcBF1e0MCFqSpavoHmjZU=
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    private static final String P384_BY_OPENSSL = """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBmi7pM5BbiMviyDqzA
            Rwoxm/Q+lRAsEJmbYLqXCGTEgIVAiQiu+EqQ9/Me7THDqFChZANiAAQvV0EuJBuP
            UMoJtx7x1FqWlj1R+VKLaXQb7s+TZSMaCUbJillBLQ+HQQVkHxUQaPXY+gkuJkd8
            jTu2er1VnKFi2BhR+eLPdX1BebYJwfKq3HfSDddik4qtb1GZa9uJXJc=
            -----END PRIVATE KEY-----
            """;

    private static final String ED25519_BY_OPENSSL = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIPWT2t0bNOG02EPi+PRtQAZPQt/f1SY72bHJ5B6LGiN5
            -----END PRIVATE KEY-----
            """;

    /** The public half of the first, by {@code openssl pkey -pubout -outform DER}. */
    private static final VerificationKey PUBLIC = VerificationKey.ofPoint(
            Curve.P256,
            HexFormat.of()
                    .parseHex("04620f9fca450e6ff2cf3a90e74b77ed594d2072325fcad54e1f50e5c0ac081d78"
                            + "938558fa3b857996da915fc6a866092a9e62a30d2bedf01635c40f291163915b"));

    private static final Optional<Passphrase> PASSPHRASE = Optional.of(Passphrase.of("correct horse".toCharArray()));
    private static final byte[] DATA = "what is signed".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private EcdsaKeyFile file(Optional<Passphrase> passphrase) {
        return file(Curve.P256, passphrase);
    }

    private EcdsaKeyFile file(Curve curve, Optional<Passphrase> passphrase) {
        return new IssuerFiles(directory.resolve("issuer.key"), passphrase, new SecureRandom()).ecdsaKey(curve);
    }

    private Path path() {
        return directory.resolve("issuer-p256.key");
    }

    private void write(String text) throws IOException {
        Files.writeString(path(), text);
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void makesAKeyOnceForItsOwnerAlone() throws IOException {
        EcdsaKey made = file(Optional.empty()).readOrCreate();

        assertThat(file(Optional.empty()).readOrCreate().publicKey()).isEqualTo(made.publicKey());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(path()))
                .startsWith("did:key:" + made.publicKey().multikey() + "\n-----BEGIN PRIVATE KEY-----\n");
        assertThat(made).hasToString("EcdsaKey of " + made.publicKey().multikey());
    }

    @Test
    void instancesThatStartTogetherShareOneKey() {
        assertThat(IntStream.range(0, 8)
                        .parallel()
                        .mapToObj(i -> file(Optional.empty()).readOrCreate().publicKey()))
                .hasSize(8)
                .containsOnly(file(Optional.empty()).readOrCreate().publicKey());
    }

    @Test
    void whatItSignsItsPublicHalfVerifies() {
        EcdsaKey key = file(Optional.empty()).readOrCreate();
        byte[] signature = key.sign(DATA);

        assertThat(signature).hasSize(Curve.P256.signatureBytes());
        assertThat(key.publicKey().verify(DATA, signature)).isTrue();
        signature[63] ^= 1;
        assertThat(key.publicKey().verify(DATA, signature)).isFalse();
        assertThat(PUBLIC.verify(DATA, key.sign(DATA))).isFalse();
    }

    @Test
    void isEncryptedOnceThereIsAPassphrase() throws IOException {
        VerificationKey made = file(Optional.empty()).readOrCreate().publicKey();

        assertThat(file(PASSPHRASE).readOrCreate().publicKey()).isEqualTo(made);

        assertThat(Files.readString(path()))
                .startsWith("did:key:" + made.multikey() + "\n-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        assertThat(Files.size(path())).isLessThanOrEqualTo(DurableFile.MAX_FILE_BYTES);
        assertThat(file(PASSPHRASE).readOrCreate().publicKey()).isEqualTo(made);
        assertThatThrownBy(() -> file(Optional.empty()).readOrCreate())
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("is encrypted");
        assertThatThrownBy(() -> file(Optional.of(Passphrase.of("wrong horse".toCharArray())))
                        .readOrCreate())
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("does not open");
    }

    @Test
    void hasAnotherFileForP384() throws IOException {
        EcdsaKey key = file(Curve.P384, PASSPHRASE).readOrCreate();
        byte[] signature = key.sign(DATA);

        assertThat(signature).hasSize(Curve.P384.signatureBytes());
        assertThat(key.publicKey().verify(DATA, signature)).isTrue();
        assertThat(file(Curve.P384, PASSPHRASE).readOrCreate().publicKey()).isEqualTo(key.publicKey());
        assertThat(Files.size(directory.resolve("issuer-p384.key"))).isLessThanOrEqualTo(DurableFile.MAX_FILE_BYTES);
        assertThat(path()).doesNotExist();
    }

    @Test
    void listsTheKeysThatWereHereUpToItsLimit() throws IOException {
        List<VerificationKey> made = new ArrayList<>();
        for (int i = 0; i <= EcdsaKeyFile.MAX_PUBLISHED; i++) {
            Files.deleteIfExists(directory.resolve("issuer-p384.key"));
            EcdsaKeyFile file = file(Curve.P384, Optional.empty());
            EcdsaKey key = file.readOrCreate();
            made.add(key.publicKey());
            int from = Math.max(0, made.size() - EcdsaKeyFile.MAX_PUBLISHED);
            assertThat(file.publish(key)).isEqualTo(made.subList(from, made.size()));
            assertThat(file.publish(key)).isEqualTo(made.subList(from, made.size()));
        }
        Path list = directory.resolve("issuer-p384.pub");
        assertThat(list).content().isEqualTo(lines(made.subList(1, made.size())));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list)))
                .isEqualTo("rw-r--r--");

        Files.writeString(list, "zNothing\n");
        EcdsaKeyFile file = file(Curve.P384, Optional.empty());
        EcdsaKey key = file.readOrCreate();
        assertThatThrownBy(() -> file.publish(key))
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("does not list public keys");
        assertThat(list).hasContent("zNothing");
    }

    private static String lines(List<VerificationKey> keys) {
        return keys.stream().map(key -> key.multikey() + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(strings = {BY_OPENSSL, ENCRYPTED_BY_OPENSSL})
    void readsWhatOpensslHasMade(String text) throws IOException {
        write(text);

        EcdsaKey key = file(PASSPHRASE).readOrCreate();

        assertThat(key.publicKey()).isEqualTo(PUBLIC);
        assertThat(PUBLIC.verify(DATA, key.sign(DATA))).isTrue();
    }

    @Test
    void opensslReadsWhatIsMadeHere() throws Exception {
        EcdsaKey key = file(PASSPHRASE).readOrCreate();

        Path out = directory.resolve("public.pem");
        ProcessBuilder openssl = new ProcessBuilder(
                "openssl", "pkey", "-in", path().toString(), "-passin", "env:PASS", "-pubout", "-out", out.toString());
        openssl.environment().put("PASS", "correct horse");
        assertThat(openssl.inheritIO().start().waitFor()).isZero();
        byte[] info = Base64.getMimeDecoder().decode(Files.readString(out).replaceAll("-----.*-----", ""));
        byte[] point = Arrays.copyOfRange(info, info.length - 65, info.length);
        assertThat(VerificationKey.ofPoint(Curve.P256, point)).isEqualTo(key.publicKey());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN PRIVATE KEY-----\n====\n-----END PRIVATE KEY-----\n",
                P384_BY_OPENSSL,
                ED25519_BY_OPENSSL,
                "did:key:zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP\n" + BY_OPENSSL
            })
    void whatIsNoSuchKeyIsRefusedAndLeftAlone(String text) throws IOException {
        write(text);

        assertThatThrownBy(() -> file(PASSPHRASE).readOrCreate())
                .isInstanceOfSatisfying(
                        KeyProblem.class, e -> assertThat(e.remedy()).contains("backup"))
                .hasMessageContaining("holds no usable key");
        assertThat(path()).hasContent(text);
    }

    @Test
    void othersMustNotReadIt() throws IOException {
        write(BY_OPENSSL);
        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> file(Optional.empty()).readOrCreate())
                .isInstanceOf(KeyProblem.class)
                .hasMessageContaining("Others may read");
    }
}
