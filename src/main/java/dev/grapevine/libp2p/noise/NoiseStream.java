package dev.grapevine.libp2p.noise;

import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Inbox;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletionStage;

/** A stream after the handshake: every message is encrypted and authenticated. Lives on the event loop. */
final class NoiseStream implements ByteStream {

    /** The longest message (Noise §3), and what it can hold. */
    static final int MAX_MESSAGE_BYTES = 65_535;

    static final int MAX_PLAINTEXT_BYTES = MAX_MESSAGE_BYTES - CipherState.TAG_BYTES;

    private static final System.Logger LOG = System.getLogger(NoiseStream.class.getName());
    private static final byte[] NO_ASSOCIATED_DATA = {};

    private final ByteStream raw;
    private final CipherState sending;
    private final CipherState receiving;
    private final MessageReader messages;
    private final Inbox inbox = new Inbox(taken -> {});

    /** @param messages what came after the handshake is still in it */
    NoiseStream(ByteStream raw, Handshake.Session session, MessageReader messages) {
        this.raw = raw;
        this.sending = session.sending();
        this.receiving = session.receiving();
        this.messages = messages;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        int count = (bytes.length + MAX_PLAINTEXT_BYTES - 1) / MAX_PLAINTEXT_BYTES;
        byte[] out = new byte[bytes.length + count * (MessageReader.LENGTH_BYTES + CipherState.TAG_BYTES)];
        int to = 0;
        for (int from = 0; from < bytes.length; from += MAX_PLAINTEXT_BYTES) {
            int plain = Math.min(MAX_PLAINTEXT_BYTES, bytes.length - from);
            int length = plain + CipherState.TAG_BYTES;
            out[to++] = (byte) (length >>> 8);
            out[to++] = (byte) length;
            sending.encrypt(NO_ASSOCIATED_DATA, bytes, from, plain, out, to);
            to += length;
        }
        return raw.write(out);
    }

    @Override
    public void closeWrite() {
        raw.closeWrite();
    }

    @Override
    public void reset() {
        inbox.silence();
        raw.reset();
    }

    @Override
    public void receive(Receiver receiver) {
        inbox.receive(receiver);
        decrypt();
        raw.receive(new Incoming());
        raw.setReading(inbox.isReading());
    }

    @Override
    public void setReading(boolean reading) {
        inbox.setReading(reading);
        raw.setReading(inbox.isReading());
    }

    @Override
    public long carriedBytes() {
        return raw.carriedBytes();
    }

    private void decrypt() {
        try {
            for (byte[] message = messages.next(MAX_MESSAGE_BYTES);
                    message != null;
                    message = messages.next(MAX_MESSAGE_BYTES)) {
                byte[] plaintext = receiving.decrypt(NO_ASSOCIATED_DATA, message);
                if (plaintext.length > 0) {
                    inbox.data(plaintext);
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            LOG.log(Level.DEBUG, "A connection is closed, for a message was not authentic", e);
            raw.reset();
            inbox.reset();
        }
    }

    private final class Incoming implements Receiver {

        @Override
        public void data(byte[] bytes) {
            messages.add(bytes);
            decrypt();
        }

        @Override
        public void end() {
            inbox.end();
        }

        @Override
        public void reset() {
            inbox.reset();
        }
    }
}
