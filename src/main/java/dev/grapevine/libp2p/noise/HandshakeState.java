package dev.grapevine.libp2p.noise;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * The pattern XX (Noise §7.5): {@code -> e}, {@code <- e, ee, s, es}, {@code -> s, se}. The two sides write and read in turn.
 * Knows nothing of libp2p.
 */
final class HandshakeState {

    /** Specification noise, section Noise Protocol Name. */
    private static final String NAME = "Noise_XX_25519_ChaChaPoly_SHA256";

    private final SymmetricState symmetric = new SymmetricState(NAME);
    private final boolean initiator;
    private final X25519.Pair statics;
    private final X25519.Pair ephemeral;
    private byte[] remoteStatic = {};
    private byte[] remoteEphemeral = {};
    private int messages;

    /** @param ephemeral used for this handshake alone */
    HandshakeState(boolean initiator, X25519.Pair statics, X25519.Pair ephemeral, byte[] prologue) {
        this.initiator = initiator;
        this.statics = statics;
        this.ephemeral = ephemeral;
        symmetric.mixHash(prologue);
    }

    /** The next message, which this side must have to write. */
    byte[] write(byte[] payload) throws GeneralSecurityException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int number = ++messages;
        if (number < 3) {
            out.writeBytes(ephemeral.publicKey());
            symmetric.mixHash(ephemeral.publicKey());
        }
        if (number == 2) {
            symmetric.mixKey(ephemeral.agree(remoteEphemeral)); // ee
        }
        if (number > 1) {
            out.writeBytes(symmetric.encryptAndHash(statics.publicKey()));
            symmetric.mixKey(statics.agree(remoteEphemeral)); // es of the responder, se of the initiator
        }
        out.writeBytes(symmetric.encryptAndHash(payload));
        return out.toByteArray();
    }

    /**
     * Reads the other side's next message.
     *
     * @return its payload
     * @throws GeneralSecurityException where it is too short, or not authentic
     */
    byte[] read(byte[] message) throws GeneralSecurityException {
        int at = 0;
        int number = ++messages;
        if (number < 3) {
            remoteEphemeral = part(message, at, X25519.BYTES);
            at += X25519.BYTES;
            symmetric.mixHash(remoteEphemeral);
        }
        if (number == 2) {
            symmetric.mixKey(ephemeral.agree(remoteEphemeral)); // ee
        }
        if (number > 1) {
            int length = X25519.BYTES + symmetric.tagBytes();
            remoteStatic = symmetric.decryptAndHash(part(message, at, length));
            at += length;
            symmetric.mixKey(ephemeral.agree(remoteStatic)); // es of the initiator, se of the responder
        }
        return symmetric.decryptAndHash(Arrays.copyOfRange(message, at, message.length));
    }

    private static byte[] part(byte[] message, int at, int length) throws GeneralSecurityException {
        if (message.length < at + length) {
            throw new GeneralSecurityException("a handshake message of " + message.length + " bytes");
        }
        return Arrays.copyOfRange(message, at, at + length);
    }

    /** The other side's static public key; known after its last message. */
    byte[] remoteStatic() {
        return remoteStatic.clone();
    }

    byte[] hash() {
        return symmetric.hash();
    }

    /** The ciphers after the third message: for sending, then for receiving. */
    CipherState[] split() {
        CipherState[] ciphers = symmetric.split();
        return initiator ? ciphers : new CipherState[] {ciphers[1], ciphers[0]};
    }
}
