package dev.grapevine.libp2p.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SegmentOffloadTest {

    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4001);

    private final SegmentOffload offload = new SegmentOffload(new DatagramSize(1500));

    /** A socket that refuses whatever is sent. */
    private final EmbeddedChannel refusing = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                    ((DatagramPacket) message).release();
                    promise.setFailure(new IOException("sendmsg(..) failed: Input/output error"));
                }
            },
            offload);

    @Test
    void noMoreGoesTogetherThanADatagramOfIpv4Holds() {
        assertThat(offload.maxNumSegments()).isEqualTo(16);
        assertThat(new SegmentOffload(new DatagramSize(9000)).maxNumSegments()).isEqualTo(7);
    }

    @Test
    void eachIsSentAloneOnceTheKernelRefusedMany() {
        assertThat(refusing.writeOneOutbound(offload.newPacket(Unpooled.buffer().writeZero(2400), 1200, PEER))
                        .isSuccess())
                .isFalse();

        assertThat(offload.maxNumSegments()).isZero();
    }

    @Test
    void oneThatIsRefusedSaysNothingAboutMany() {
        assertThat(refusing.writeOneOutbound(
                                new DatagramPacket(Unpooled.buffer().writeZero(1200), PEER))
                        .isSuccess())
                .isFalse();

        assertThat(offload.maxNumSegments()).isPositive();
    }

    @Test
    void manyThatArriveGoOnGoingTogether() {
        SegmentOffload other = new SegmentOffload(new DatagramSize(1500));
        EmbeddedChannel taking = new EmbeddedChannel(other);
        taking.writeOutbound(other.newPacket(Unpooled.buffer().writeZero(2400), 1200, PEER));

        assertThat(other.maxNumSegments()).isPositive();
        assertThat(taking.finishAndReleaseAll()).isTrue();
    }
}
