package dev.grapevine.libp2p.quic;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/** The connection ids that this host has chosen for the connections that it dials on one socket. */
final class ConnectionIds {

    private static final int LONG_HEADER = 0x80;
    private static final int LONG_HEADER_ID_LENGTH = 5; // behind the flags and the version
    private static final int SHORT_HEADER_ID = 1; // behind the flags

    /** The 16 bytes of an id. */
    record Id(long high, long low) {

        byte[] bytes() {
            return ByteBuffer.allocate(QuicSettings.CONNECTION_ID_BYTES)
                    .putLong(high)
                    .putLong(low)
                    .array();
        }
    }

    private final SecureRandom random;
    private final Set<Id> dialled = new HashSet<>();

    ConnectionIds(SecureRandom random) {
        this.random = random;
    }

    Id choose() {
        Id id = new Id(random.nextLong(), random.nextLong());
        dialled.add(id);
        return id;
    }

    void forget(Id id) {
        dialled.remove(id);
    }

    int size() {
        return dialled.size();
    }

    /** Whether a packet is for a connection that this host has dialled, by its destination id (RFC 9000 §17). */
    boolean isForDialled(ByteBuf packet) {
        int start = packet.readerIndex();
        int at;
        if (packet.isReadable() && (packet.getByte(start) & LONG_HEADER) == 0) {
            at = start + SHORT_HEADER_ID;
        } else if (packet.readableBytes() > LONG_HEADER_ID_LENGTH
                && packet.getUnsignedByte(start + LONG_HEADER_ID_LENGTH) == QuicSettings.CONNECTION_ID_BYTES) {
            at = start + LONG_HEADER_ID_LENGTH + 1;
        } else {
            return false;
        }
        return packet.writerIndex() - at >= QuicSettings.CONNECTION_ID_BYTES
                && dialled.contains(new Id(packet.getLong(at), packet.getLong(at + Long.BYTES)));
    }
}
