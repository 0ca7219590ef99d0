package dev.grapevine.libp2p.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.junit.jupiter.api.Test;

/** The key vectors of the peer-ids specification: what their private keys sign, their public keys verify. */
class LibP2pKeyVectorsTest {

    private static final byte[] DATA = "every peer should know".getBytes(StandardCharsets.UTF_8);

    private final Map<String, byte[]> vectors = read();

    @Test
    void decodesAndEncodesTheEd25519KeyPair() {
        PrivateKey key = PrivateKey.decode(vectors.get("ED25519 private key"));

        assertThat(key.encoded()).isEqualTo(vectors.get("ED25519 private key"));
        assertThat(key.publicKey().encoded()).isEqualTo(vectors.get("ED25519 public key"));
        assertVerifies("ED25519 public key", KeyType.ED25519, key.sign(DATA));
    }

    @Test
    void verifiesByAnEcdsaKey() throws Exception {
        ECPrivateKey sec1 = ECPrivateKey.getInstance(privateBytes("ECDSA private key"));
        byte[] pkcs8 = new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, X9ObjectIdentifiers.prime256v1),
                        sec1)
                .getEncoded();
        assertVerifies("ECDSA public key", KeyType.ECDSA, jcaSign("EC", "SHA256withECDSA", pkcs8));
    }

    @Test
    void verifiesByAnRsaKey() throws Exception {
        var pkcs1 = org.bouncycastle.asn1.pkcs.RSAPrivateKey.getInstance(privateBytes("rsa private key"));
        byte[] pkcs8 =
                new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), pkcs1).getEncoded();
        assertVerifies("rsa public key", KeyType.RSA, jcaSign("RSA", "SHA256withRSA", pkcs8));
    }

    @Test
    void verifiesByASecp256k1Key() throws Exception {
        ECDSASigner signer = new ECDSASigner();
        signer.init(
                true,
                new ECPrivateKeyParameters(
                        new BigInteger(1, privateBytes("secp256k1 private key")),
                        new ECDomainParameters(CustomNamedCurves.getByName("secp256k1"))));
        BigInteger[] rs =
                signer.generateSignature(MessageDigest.getInstance("SHA-256").digest(DATA));
        byte[] signature =
                new DERSequence(new ASN1Integer[] {new ASN1Integer(rs[0]), new ASN1Integer(rs[1])}).getEncoded();
        assertVerifies("secp256k1 public key", KeyType.SECP256K1, signature);
    }

    @Test
    void signsWithEd25519Alone() {
        assertThatThrownBy(() -> PrivateKey.decode(vectors.get("rsa private key")))
                .isInstanceOf(MalformedException.class);
    }

    private void assertVerifies(String name, KeyType type, byte[] signature) {
        PublicKey key = PublicKey.decode(vectors.get(name));
        assertThat(key.type()).isEqualTo(type);
        assertThat(key.encoded()).isEqualTo(vectors.get(name));
        assertThat(key.verify(DATA, signature)).isTrue();
        assertThat(key.verify("something else".getBytes(StandardCharsets.UTF_8), signature))
                .isFalse();
        for (int i = 0; i < signature.length; i++) {
            byte[] tampered = signature.clone();
            tampered[i] ^= 1;
            assertThat(key.verify(DATA, tampered)).as("byte %d changed", i).isFalse();
        }
        assertThat(key.verify(DATA, new byte[0])).isFalse();
        assertThat(key.verify(DATA, new byte[signature.length + 1])).isFalse();
    }

    private byte[] jcaSign(String keyAlgorithm, String algorithm, byte[] pkcs8) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(KeyFactory.getInstance(keyAlgorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        signature.update(DATA);
        return signature.sign();
    }

    private byte[] privateBytes(String name) {
        ProtobufReader in = new ProtobufReader(vectors.get(name));
        byte[] data = new byte[0];
        while (in.next()) {
            if (in.field() == 2) {
                data = in.bytes();
            } else {
                in.skip();
            }
        }
        return data;
    }

    private static Map<String, byte[]> read() {
        try (var in = LibP2pKeyVectorsTest.class.getResourceAsStream("/vectors/libp2p-keys.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(","))
                    .collect(Collectors.toMap(
                            row -> row[0], row -> HexFormat.of().parseHex(row[1])));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
