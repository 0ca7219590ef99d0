package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The test vectors of the did:key method: each DID beside its key in another form. */
class DidKeyVectorsTest {

    private static final String P521 = "did:key:z2J9g";

    record Vector(String did, JsonNode content) {

        @Override
        public String toString() {
            return did;
        }
    }

    private static Stream<Vector> vectors(String file) {
        try (InputStream in = DidKeyVectorsTest.class.getResourceAsStream("/vectors/did-key/" + file)) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in, file)).properties().stream()
                    .map(entry -> new Vector(entry.getKey(), entry.getValue()));
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    static Stream<Vector> ed25519() {
        return vectors("ed25519-x25519.json");
    }

    static Stream<Vector> nistCurves() {
        return vectors("nist-curves.json").filter(vector -> !vector.did.startsWith(P521));
    }

    private static VerificationKey key(Vector vector) {
        String multikey = vector.did.substring("did:key:".length());
        VerificationMethod method = VerificationMethod.resolve(vector.did + "#" + multikey);
        assertThat(method.controller()).isEqualTo(vector.did);
        assertThat(method.key().multikey()).isEqualTo(multikey);
        return method.key();
    }

    private static void assertKey(VerificationKey key, JsonNode given) {
        if (given.has("publicKeyJwk")) {
            assertThat(Jwk.parse(given.path("publicKeyJwk"))).isEqualTo(key);
        } else {
            byte[] raw = Multibase.decode("z" + given.path("publicKeyBase58").stringValue());
            byte[] multikey = Multibase.decode(key.multikey());
            assertThat(Arrays.copyOfRange(multikey, 2, multikey.length)).isEqualTo(raw);
        }
    }

    @ParameterizedTest
    @MethodSource("ed25519")
    void anEd25519KeyIsThatOfItsSeed(Vector vector) {
        VerificationKey key = key(vector);

        assertKey(key, vector.content.path("verificationKeyPair"));
        PrivateKey secret = PrivateKey.ofSeed(
                HexFormat.of().parseHex(vector.content.path("seed").stringValue()));
        assertThat(key).isEqualTo(VerificationKey.of(secret.publicKey()));
        assertThat(DidKey.encode(secret.publicKey())).isEqualTo(vector.did);
    }

    @ParameterizedTest
    @MethodSource("nistCurves")
    void aKeyOnP256OrP384IsThatOfItsJwk(Vector vector) {
        assertKey(key(vector), vector.content.path("verificationMethod"));
    }

    @Test
    void keysOnP521AreRefused() {
        assertThat(vectors("nist-curves.json").filter(vector -> vector.did.startsWith(P521)))
                .isNotEmpty()
                .allSatisfy(vector -> assertThatThrownBy(() -> key(vector)).isInstanceOf(MalformedException.class));
    }
}
