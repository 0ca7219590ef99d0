package dev.grapevine.libp2p.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import io.netty.handler.codec.quic.SegmentedDatagramPacketAllocator;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;

/**
 * Has the kernel cut what goes to one peer into datagrams (UDP_SEGMENT of Linux), so that one call sends many, until it refuses: before
 * Linux 6.11 it does where the network's card has no checksums, and with IPsec it always does. What is lost by that QUIC sends again.
 */
@SuppressWarnings("FutureReturnValueIgnored") // whoever writes has the promise
final class SegmentOffload extends ChannelOutboundHandlerAdapter implements SegmentedDatagramPacketAllocator {

    private static final System.Logger LOG = System.getLogger(SegmentOffload.class.getName());

    /** At most, and no more than one datagram of IPv4 may hold together; more than that a router's queue may not take at once. */
    private static final int MAX_DATAGRAMS = 16;

    private static final int MAX_BYTES = 65_507;

    private int datagrams;

    /** @param size of what is sent on the socket */
    SegmentOffload(DatagramSize size) {
        this.datagrams = Math.min(MAX_DATAGRAMS, MAX_BYTES / size.maxSent());
    }

    /** How many go together; 0 is one at a time. */
    @Override
    public int maxNumSegments() {
        return datagrams;
    }

    @Override
    public DatagramPacket newPacket(ByteBuf buffer, int segmentSize, InetSocketAddress remoteAddress) {
        return new SegmentedDatagramPacket(buffer, segmentSize, remoteAddress);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof SegmentedDatagramPacket) {
            ctx.write(message, promise.unvoid().addListener(sent -> {
                if (!sent.isSuccess() && ctx.channel().isActive() && datagrams > 0) {
                    datagrams = 0;
                    LOG.log(
                            Level.INFO,
                            "The kernel does not cut datagrams here, so each is sent alone: {0}",
                            sent.cause());
                }
            }));
        } else {
            ctx.write(message, promise);
        }
    }
}
