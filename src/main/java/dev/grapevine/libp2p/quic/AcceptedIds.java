package dev.grapevine.libp2p.quic;

import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;

/**
 * Chooses the ids of accepted connections. The first one follows from the id that the peer began with, so that its repetitions lead to the
 * same connection; spare ones are random. Netty's own generator makes all of them in the first way, and so the same spare id again
 * with each packet that comes, for as long as the peer would keep more of them.
 */
final class AcceptedIds implements QuicConnectionIdGenerator {

    private static final QuicConnectionIdGenerator SIGNED = QuicConnectionIdGenerator.signGenerator();
    private static final QuicConnectionIdGenerator RANDOM = QuicConnectionIdGenerator.randomGenerator();

    @Override
    public ByteBuffer newId(ByteBuffer source, ByteBuffer destination, int length) {
        return SIGNED.newId(source, destination, length);
    }

    @Override
    public ByteBuffer newId(int length) {
        return RANDOM.newId(length);
    }

    /** A spare id. */
    @Override
    public ByteBuffer newId(ByteBuffer current, int length) {
        return RANDOM.newId(length);
    }

    @Override
    public int maxConnectionIdLength() {
        return SIGNED.maxConnectionIdLength();
    }

    @Override
    public boolean isIdempotent() {
        return SIGNED.isIdempotent();
    }
}
