package dev.grapevine.libp2p.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SocketsTest {

    @Test
    void anEventLoopTellsItsKindAndTakesItsChannels() {
        List<Sockets> kinds = Epoll.isAvailable() ? List.of(Sockets.values()) : List.of(Sockets.NIO);
        for (Sockets kind : kinds) {
            EventLoopGroup group = kind.eventLoop(new DefaultThreadFactory("sockets", true));
            try {
                assertThat(Sockets.of(group.next())).isEqualTo(kind);
                var socket = kind.datagram(SocketProtocolFamily.INET);
                assertThat(socket).isInstanceOf(kind.datagram());
                group.register(socket).syncUninterruptibly();
                socket.close().syncUninterruptibly();
            } finally {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            }
        }
    }

    @Test
    void linuxHasItsOwn() {
        assertThat(Sockets.best()).isEqualTo(Epoll.isAvailable() ? Sockets.EPOLL : Sockets.NIO);
        if (System.getProperty("os.name").equals("Linux")) {
            assertThat(Epoll.isAvailable())
                    .withFailMessage(() -> String.valueOf(Epoll.unavailabilityCause()))
                    .isTrue();
        }
    }
}
