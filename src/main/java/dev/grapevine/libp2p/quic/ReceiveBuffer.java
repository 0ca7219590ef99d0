package dev.grapevine.libp2p.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The memory that a socket receives into: the same again and again while nobody keeps what was received, for what the CPU has at hand is
 * cheaper than what a pool hands out next.
 */
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {

    private final ByteBuf buffer;

    /** @param bytes that one call receives at most */
    ReceiveBuffer(int bytes) {
        this.buffer = Unpooled.directBuffer(bytes, bytes);
    }

    /** When the socket is closed. */
    void release() {
        buffer.release();
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's own allocators make such handles
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return buffer.capacity();
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator pool) {
                boolean free = buffer.refCnt() == 1;
                return free ? buffer.clear().retain() : pool.directBuffer(buffer.capacity(), buffer.capacity());
            }
        };
    }
}
