package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class Ed25519Test {

    private static final HexFormat HEX = HexFormat.of();

    /** The order of the group, RFC 8032 section 5.1. */
    private static final BigInteger L =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final byte[] data = "said once, heard everywhere".getBytes(StandardCharsets.UTF_8);
    private final PrivateKey key = PrivateKey.ofSeed(new byte[32]);

    /** RFC 8032 section 7.1: seed, public key, message, signature. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signsAsTheStandardSays(String seed, String publicKey, String message, String signature) {
        PrivateKey known = PrivateKey.ofSeed(HEX.parseHex(seed));

        assertThat(known.publicKey().raw()).isEqualTo(HEX.parseHex(publicKey));
        assertThat(known.sign(HEX.parseHex(message))).isEqualTo(HEX.parseHex(signature));
        assertThat(known.publicKey().verify(HEX.parseHex(message), HEX.parseHex(signature)))
                .isTrue();
    }

    /** Points of small or mixed order, scalars and points that are not canonical: refused, whoever verifies. */
    @ParameterizedTest
    @CsvFileSource(resources = "/vectors/ed25519-edge-cases.csv")
    void refusesWhatImplementationsJudgeDifferently(String message, String publicKey, String signature)
            throws Exception {
        for (Provider provider : providers()) {
            assertThat(Ed25519.verifier(provider, HEX.parseHex(publicKey))
                            .verify(HEX.parseHex(message), HEX.parseHex(signature)))
                    .as("by %s", provider.getName())
                    .isFalse();
        }
    }

    @Test
    void eachProviderVerifiesWhatTheOtherSigned() throws Exception {
        for (Provider signer : providers()) {
            byte[] signature = Ed25519.sign(Ed25519.signer(signer, Ed25519.signingKey(key.seed())), data);
            for (Provider verifier : providers()) {
                assertThat(Ed25519.verifier(verifier, key.publicKey().raw()).verify(data, signature))
                        .isTrue();
            }
        }
    }

    @Test
    void refusesAScalarBeyondTheGroupOrder() throws Exception {
        byte[] signature = key.sign(data);
        byte[] bigEndian = new byte[33];
        for (int i = 0; i < 32; i++) {
            bigEndian[32 - i] = signature[32 + i];
        }
        byte[] sum = new BigInteger(bigEndian).add(L).toByteArray();
        byte[] malleated = signature.clone();
        Arrays.fill(malleated, 32, 64, (byte) 0);
        for (int i = 0; i < Math.min(32, sum.length); i++) {
            malleated[32 + i] = sum[sum.length - 1 - i];
        }
        for (Provider provider : providers()) {
            assertThat(verify(provider, malleated)).isFalse();
        }
    }

    @Test
    void refusesTheNeutralElementAsR() throws Exception {
        byte[] signature = new byte[64];
        signature[0] = 1;
        for (Provider provider : providers()) {
            assertThat(verify(provider, signature)).isFalse();
        }
    }

    @Test
    void aKeyThatIsNoPointVerifiesNothing() {
        PublicKey none = PublicKey.ed25519(HEX.parseHex("02" + "00".repeat(31)));
        PublicKey beyondTheField = PublicKey.ed25519(HEX.parseHex("ff".repeat(32)));

        assertThat(none.verify(data, key.sign(data))).isFalse();
        assertThat(beyondTheField.verify(data, key.sign(data))).isFalse();
    }

    @Test
    void refusesKeysOfAnotherLength() {
        assertThatThrownBy(() -> PublicKey.ed25519(new byte[31])).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> PublicKey.ed25519(new byte[33])).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> PrivateKey.ofSeed(new byte[33])).isInstanceOf(MalformedException.class);
    }

    @Test
    void isUsedByManyThreadsAtOnce() {
        long verified = IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> ("message " + i).getBytes(StandardCharsets.UTF_8))
                .filter(message -> key.publicKey().verify(message, key.sign(message)))
                .count();

        assertThat(verified).isEqualTo(2_000);
    }

    @Test
    void remembersVerifiersUpToItsLimit() {
        Random random = new Random(25519);
        for (int i = 0; i <= Ed25519.MAX_CACHED_VERIFIERS; i++) {
            byte[] noise = new byte[32];
            random.nextBytes(noise);
            assertThat(PublicKey.ed25519(noise).verify(data, key.sign(data))).isFalse();
        }

        assertThat(Ed25519.cachedVerifiers()).isEqualTo(Ed25519.MAX_CACHED_VERIFIERS);
        assertThat(key.publicKey().verify(data, key.sign(data))).isTrue();
    }

    @Test
    void showsNoSecretInItsText() {
        PrivateKey secret = PrivateKey.generate(new SecureRandom());

        assertThat(secret.toString())
                .doesNotContain(HEX.formatHex(secret.seed()))
                .contains(secret.publicKey().toString());
    }

    @Test
    void readsThePrivateKeyInItsOlderForm() {
        byte[] publicKey = key.publicKey().raw();
        String older = "08011260" + HEX.formatHex(key.seed()) + HEX.formatHex(publicKey) + HEX.formatHex(publicKey);
        assertThat(PrivateKey.decode(HEX.parseHex(older)).publicKey()).isEqualTo(key.publicKey());

        String unlike = "08011260" + HEX.formatHex(key.seed()) + HEX.formatHex(publicKey) + "00".repeat(32);
        assertThatThrownBy(() -> PrivateKey.decode(HEX.parseHex(unlike))).isInstanceOf(MalformedException.class);
    }

    private boolean verify(Provider provider, byte[] signature) throws Exception {
        return Ed25519.verifier(provider, key.publicKey().raw()).verify(data, signature);
    }

    private static Iterable<Provider> providers() {
        return Stream.of(AmazonCorrettoCryptoProvider.INSTANCE, new BouncyCastleProvider())
                .filter(provider -> !(provider instanceof AmazonCorrettoCryptoProvider corretto)
                        || corretto.getLoadingError() == null)
                .toList();
    }
}
