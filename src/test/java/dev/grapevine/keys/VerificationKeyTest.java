package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerificationKeyTest {

    private static final byte[] DATA = "what is signed".getBytes(StandardCharsets.UTF_8);

    /** The keys of the vectors of vc-di-eddsa and vc-di-ecdsa, and of their text. */
    @ParameterizedTest
    @CsvSource({
        "ED25519, z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "P256, zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
        "P256, zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        "P384, z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",
        "P384, z82LkvCwHNreneWpsgPEbV3gu1C6NFJEBg4srfJ5gdxEsMGRJUz2sG9FE42shbn2xkZJh54"
    })
    void readsAndWritesMultikeys(Curve curve, String multikey) {
        VerificationKey key = VerificationKey.parseMultikey(multikey);

        assertThat(key.curve()).isEqualTo(curve);
        assertThat(key.multikey()).isEqualTo(multikey);
        assertThat(key).isEqualTo(VerificationKey.parseMultikey(multikey)).hasToString(multikey);
        assertThat(key.ed25519().isPresent()).isEqualTo(curve == Curve.ED25519);
    }

    @ParameterizedTest
    @CsvSource({
        "'', empty",
        "u7QEB, another base",
        "z, nothing",
        "z0, no base58",
        "z3u2en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq, an Ed25519 private key",
        "z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN, a P-256 private key",
        "z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F, an X25519 key",
        "zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme, a secp256k1 key",
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ, cut off"
    })
    void refusesOtherText(String text, String what) {
        assertThatThrownBy(() -> VerificationKey.parseMultikey(text)).as(what).isInstanceOf(MalformedException.class);
    }

    /** x = 5 is on neither side of P-256; the header of P-384 in front of a point of P-256 is of the wrong length. */
    @Test
    void refusesWhatIsNoPointOfTheCurve() {
        byte[] off = new byte[35];
        off[0] = (byte) 0x80;
        off[1] = 0x24;
        off[2] = 2;
        off[34] = 7;
        assertThatThrownBy(() -> VerificationKey.parseMultikey(Multibase.BASE58BTC.encode(off)))
                .hasMessageContaining("not a point");
        off[2] = 5;
        assertThatThrownBy(() -> VerificationKey.parseMultikey(Multibase.BASE58BTC.encode(off)))
                .isInstanceOf(MalformedException.class);
        off[0] = (byte) 0x81;
        assertThatThrownBy(() -> VerificationKey.parseMultikey(Multibase.BASE58BTC.encode(off)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> VerificationKey.ofPoint(Curve.P256, new byte[] {0}))
                .hasMessageContaining("infinity");
    }

    @ParameterizedTest
    @EnumSource(value = Curve.class, names = "ED25519", mode = EnumSource.Mode.EXCLUDE)
    void verifiesWhatItsKeySignedAndNothingElse(Curve curve) throws Exception {
        KeyPair pair = generate(curve);
        VerificationKey key = key(curve, pair);
        byte[] signature = sign(curve, pair);

        assertThat(key.verify(DATA, signature)).isTrue();
        assertThat(key.verify("something else".getBytes(StandardCharsets.UTF_8), signature))
                .isFalse();
        assertThat(key(curve, generate(curve)).verify(DATA, signature)).isFalse();
        for (int i = 0; i < signature.length; i += 7) {
            byte[] changed = signature.clone();
            changed[i] = (byte) (changed[i] ^ 1);
            assertThat(key.verify(DATA, changed)).isFalse();
        }
    }

    /** (r, n - s) is as right as (r, s), and signers make either; (r, s + n), zeros, DER and other lengths are not. */
    @Test
    void takesNoOtherWritingOfASignature() throws Exception {
        KeyPair pair = generate(Curve.P256);
        VerificationKey key = key(Curve.P256, pair);
        byte[] signature = sign(Curve.P256, pair);
        BigInteger n = ((ECPublicKey) pair.getPublic()).getParams().getOrder();
        byte[] r = Arrays.copyOfRange(signature, 0, 32);
        byte[] s = Arrays.copyOfRange(signature, 32, 64);

        assertThat(key.verify(DATA, join(r, fixed(n.subtract(new BigInteger(1, s))))))
                .isTrue();
        for (byte[] other : List.of(
                join(r, fixed(n)),
                join(r, new byte[32]),
                join(new byte[32], s),
                join(new byte[32], new byte[32]),
                join(fixed(n), s),
                join(fixed(BigInteger.TWO.pow(256).subtract(BigInteger.ONE)), s),
                join(join(new byte[1], r), s),
                join(join(new byte[1], r), join(new byte[1], s)),
                join(join(r, s), new byte[1]),
                Arrays.copyOf(signature, 63),
                new byte[0],
                der(pair))) {
            assertThat(key.verify(DATA, other)).isFalse();
        }
        Signature longer = Signature.getInstance("SHA384withECDSAinP1363Format");
        longer.initSign(pair.getPrivate());
        longer.update(DATA);
        assertThat(key.verify(DATA, longer.sign())).as("another hash").isFalse();
    }

    private static byte[] der(KeyPair pair) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(DATA);
        return signer.sign();
    }

    private static KeyPair generate(Curve curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve == Curve.P256 ? "secp256r1" : "secp384r1"));
        return generator.generateKeyPair();
    }

    private static VerificationKey key(Curve curve, KeyPair pair) {
        byte[] x509 = pair.getPublic().getEncoded();
        int point = curve == Curve.P256 ? 65 : 97;
        return VerificationKey.ofPoint(curve, Arrays.copyOfRange(x509, x509.length - point, x509.length));
    }

    private static byte[] sign(Curve curve, KeyPair pair) throws Exception {
        Signature signer =
                Signature.getInstance((curve == Curve.P256 ? "SHA256" : "SHA384") + "withECDSAinP1363Format");
        signer.initSign(pair.getPrivate());
        signer.update(DATA);
        return signer.sign();
    }

    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
