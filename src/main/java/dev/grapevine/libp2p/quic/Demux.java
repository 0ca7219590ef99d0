package dev.grapevine.libp2p.quic;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;

/**
 * Stands before the two codecs of a socket that both listens and dials: what is for a dialled connection goes past the
 * server codec, which comes first, to the client codec behind it.
 */
final class Demux extends ChannelInboundHandlerAdapter {

    static final String SERVER_CODEC = "server-codec";

    private final ConnectionIds dialled;

    Demux(ConnectionIds dialled) {
        this.dialled = dialled;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof DatagramPacket packet && dialled.isForDialled(packet.content())) {
            ctx.pipeline().context(SERVER_CODEC).fireChannelRead(packet);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    /** Both codecs send what they owe at this event, and the server codec does not pass it on. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        ctx.pipeline().context(SERVER_CODEC).fireChannelReadComplete();
    }
}
