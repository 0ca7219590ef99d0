package dev.grapevine.libp2p.noise;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of libp2p (specification noise): Noise XX, with payloads that prove the host keys and agree on a multiplexer. Pure but
 * for its random source: messages in, messages out. Not safe for several threads.
 */
final class Handshake {

    /** Whether this side writes first, and is asked for that by {@link #start}. */
    private final boolean initiator;

    private final HandshakeState noise;
    private final byte[] payload;
    private final List<String> muxers;
    private final @Nullable PeerId expected;
    private int messagesRead;

    /**
     * What follows from a message.
     *
     * @param answer to be sent; null where nothing is
     * @param session the result; null before the last message
     */
    record Step(byte @Nullable [] answer, @Nullable Session session) {}

    /** What the handshake has come to. */
    record Session(CipherState sending, CipherState receiving, PeerId peer, Optional<String> muxer) {}

    /**
     * What a host says of itself in every handshake; making it takes a signature.
     *
     * @param muxers that it multiplexes by, the preferred first
     */
    record Identity(X25519.Pair statics, byte[] payload, List<String> muxers) {

        static Identity of(PrivateKey hostKey, List<String> muxers, SecureRandom random) {
            X25519.Pair statics = X25519.Pair.generate(random);
            byte[] payload =
                    HandshakePayload.of(hostKey, statics.publicKey(), muxers).encode();
            return new Identity(statics, payload, muxers);
        }
    }

    Handshake(boolean initiator, Identity identity, @Nullable PeerId expected, SecureRandom random) {
        this.initiator = initiator;
        this.muxers = identity.muxers();
        this.payload = identity.payload();
        this.expected = expected;
        this.noise = new HandshakeState(initiator, identity.statics(), X25519.Pair.generate(random), new byte[0]);
    }

    /** The initiator's first message: without payload, for nothing in it would be secret. */
    byte[] start() throws GeneralSecurityException {
        return noise.write(new byte[0]);
    }

    /**
     * Takes the peer's next message.
     *
     * @throws GeneralSecurityException where it is not authentic, or the peer is not the one expected
     * @throws MalformedException where it holds nonsense
     */
    Step message(byte[] message) throws GeneralSecurityException {
        byte[] theirs = noise.read(message);
        if (!initiator && ++messagesRead == 1) {
            return new Step(noise.write(payload), null);
        }
        HandshakePayload said = HandshakePayload.decode(theirs);
        PeerId peer = PeerId.of(said.verified(noise.remoteStatic()));
        if (expected != null && !expected.equals(peer)) {
            throw new GeneralSecurityException("expected the peer " + expected + ", but " + peer + " answered");
        }
        Optional<String> muxer = muxer(said.streamMuxers());
        byte @Nullable [] answer = initiator ? noise.write(payload) : null;
        CipherState[] ciphers = noise.split();
        return new Step(answer, new Session(ciphers[0], ciphers[1], peer, muxer));
    }

    /**
     * The first of the initiator's that both have; none where a side names none, and it is negotiated later
     * (specification inlined-muxer-negotiation, section Multiplexer Negotiation over Noise).
     */
    private Optional<String> muxer(List<String> theirs) throws GeneralSecurityException {
        if (theirs.isEmpty() || muxers.isEmpty()) {
            return Optional.empty();
        }
        List<String> preferred = initiator ? muxers : theirs;
        List<String> other = initiator ? theirs : muxers;
        return Optional.of(preferred.stream()
                .filter(other::contains)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("no multiplexer in common with a peer of " + theirs)));
    }
}
