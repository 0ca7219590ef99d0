package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The signature policy StrictSign (pubsub, Message Signing). */
class StrictSignTest {

    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);
    private static final PrivateKey OTHER_KEY =
            PrivateKey.ofSeed(ByteBuffer.allocate(32).putInt(1).array());
    private static final byte[] NONE = {};

    private final StrictSign strictSign = new StrictSign();
    private final MessageSigner signer = new MessageSigner(KEY, Instant.parse("2026-01-01T00:00:00.000000005Z"));
    private final Message message = signer.sign("news", bytes("hello"));

    @Test
    void anOwnMessageIsCompleteNumberedAndVerifies() {
        assertThat(StrictSign.authorIfComplete(message)).isPresent();
        assertThat(strictSign.verify(message)).isTrue();
        assertThat(message.key()).as("the peer id has it").isEmpty();
        assertThat(ByteBuffer.wrap(message.seqno()).getLong()).isEqualTo(1_767_225_600_000_000_005L);
        assertThat(ByteBuffer.wrap(signer.sign("news", NONE).seqno()).getLong()).isEqualTo(1_767_225_600_000_000_006L);
    }

    @Test
    void theIdIsAuthorAndNumber() {
        byte[] expected = ByteBuffer.allocate(38 + 8)
                .put(message.from())
                .put(message.seqno())
                .array();
        assertThat(message.id().bytes()).isEqualTo(expected);
    }

    @Test
    void signsThePrefixAndTheMessageWithoutItsSignature() {
        byte[] expected = new ProtobufWriter()
                .bytes(1, message.from())
                .bytes(2, bytes("hello"))
                .bytes(3, message.seqno())
                .string(4, "news")
                .toByteArray();
        byte[] prefixed = ByteBuffer.allocate(14 + expected.length)
                .put(bytes("libp2p-pubsub:"))
                .put(expected)
                .array();
        assertThat(StrictSign.signedBytes(message.encoded())).isEqualTo(prefixed);
        assertThat(KEY.publicKey().verify(prefixed, message.signature())).isTrue();
    }

    @Test
    void anyOtherFieldSpoilsTheSignature() {
        byte[] from = PeerId.of(OTHER_KEY.publicKey()).bytes();
        byte[] seqno = new byte[8];
        byte[] signature = message.signature().clone();
        signature[0] ^= 1;
        assertThat(strictSign.verify(
                        Codec.message(from, message.data(), message.seqno(), "news", message.signature(), NONE)))
                .isFalse();
        assertThat(strictSign.verify(
                        Codec.message(message.from(), NONE, message.seqno(), "news", message.signature(), NONE)))
                .isFalse();
        assertThat(strictSign.verify(
                        Codec.message(message.from(), message.data(), seqno, "news", message.signature(), NONE)))
                .isFalse();
        assertThat(strictSign.verify(Codec.message(
                        message.from(), message.data(), message.seqno(), "olds", message.signature(), NONE)))
                .isFalse();
        assertThat(strictSign.verify(
                        Codec.message(message.from(), message.data(), message.seqno(), "news", signature, NONE)))
                .isFalse();
    }

    @Test
    void unknownFieldsAreSignedToo() {
        byte[] unsigned = new ProtobufWriter()
                .bytes(1, message.from())
                .bytes(3, message.seqno())
                .string(4, "news")
                .string(99, "new")
                .toByteArray();
        byte[] signature = KEY.sign(StrictSign.signedBytes(unsigned));
        byte[] signed = ByteBuffer.allocate(unsigned.length + 66)
                .put(unsigned)
                .put(new ProtobufWriter().bytes(5, signature).toByteArray())
                .array();
        assertThat(strictSign.verify(Codec.decodeMessage(signed))).isTrue();

        byte[] tampered = signed.clone();
        tampered[unsigned.length - 1] = 'x';
        assertThat(strictSign.verify(Codec.decodeMessage(tampered))).isFalse();
    }

    @Test
    void aKeyInTheMessageMustBeTheAuthors() {
        assertThat(strictSign.verify(withKey(KEY.publicKey().encoded())))
                .as("as js-libp2p sends it")
                .isTrue();
        assertThat(strictSign.verify(withKey(OTHER_KEY.publicKey().encoded()))).isFalse();
        assertThat(strictSign.verify(withKey(new byte[] {1, 2, 3}))).isFalse();
    }

    @Test
    void anAuthorWhosePeerIdIsAHashNeedsTheKeyInTheMessage() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        byte[] encodedKey = new ProtobufWriter()
                .int32(1, 0)
                .bytes(2, pair.getPublic().getEncoded())
                .toByteArray();
        byte[] from = PeerId.of(PublicKey.decode(encodedKey)).bytes();
        Message unsigned = Codec.message(from, bytes("hello"), new byte[8], "news", NONE, NONE);
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign(pair.getPrivate());
        rsa.update(StrictSign.signedBytes(unsigned.encoded()));
        byte[] signature = rsa.sign();

        assertThat(strictSign.verify(Codec.message(from, bytes("hello"), new byte[8], "news", signature, encodedKey)))
                .isTrue();
        assertThat(strictSign.verify(Codec.message(from, bytes("hello"), new byte[8], "news", signature, NONE)))
                .isFalse();
    }

    @Test
    void aMessageOfARealJsPeerVerifies() {
        // Published by @libp2p/gossipsub 17.1.1
        Message real = Codec.decodeMessage(java.util.HexFormat.of().parseHex(JS_MESSAGE));
        assertThat(StrictSign.authorIfComplete(real)).isPresent();
        assertThat(strictSign.verify(real)).isTrue();
    }

    @Test
    void theKeysOfSoManyAuthorsAreRemembered() {
        for (int i = 0; i <= StrictSign.MAX_AUTHORS; i++) {
            strictSign.verify(Router.message(TestPeers.peer(i), 1, NONE));
        }
        assertThat(strictSign.authors()).isEqualTo(StrictSign.MAX_AUTHORS);
        assertThat(strictSign.verify(message)).isTrue();
    }

    private Message withKey(byte[] key) {
        return Codec.message(message.from(), message.data(), message.seqno(), "news", message.signature(), key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static final String JS_MESSAGE =
            "0a26002408011220ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c120766726f6d206a731a0818e9d8ac0911f68122046e6577732a40587804c28bebfcf9acbebe617085299a695532fa49db4550c054c34a6c6128256466cb57e57bb1117d06e3e93fce12a6e01d40de9e912e3db09340b1e2a9fa04322408011220ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c";
}
