package dev.grapevine.libp2p.dns;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DnsResolverTest {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private DatagramSocket server;
    private DnsResolver resolver;

    @BeforeEach
    void start() throws IOException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        resolver = new DnsResolver(
                loop,
                () -> new SingletonDnsServerAddressStreamProvider(
                        new InetSocketAddress(server.getLocalAddress(), server.getLocalPort())));
    }

    @AfterEach
    void stop() {
        loop.submit(resolver::close).syncUninterruptibly();
        server.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void theTextsOfANameAreReadWhole() {
        answer(0x8180, "dnsaddr=/ip4/192.0.2.1/tcp/4001", "a".repeat(300));

        assertThat(get(() -> resolver.texts("_dnsaddr.example.org")))
                .containsExactlyInAnyOrder("dnsaddr=/ip4/192.0.2.1/tcp/4001", "a".repeat(300));
    }

    @Test
    void aNameThatIsNotThereFails() {
        answer(0x8183); // RFC 1035 §4.1.1: name error

        assertThatThrownBy(() -> get(() -> resolver.texts("nowhere.example.org")))
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("nowhere.example.org");
    }

    @Test
    void addressesComeFromTheSystem() {
        assertThat(get(() -> resolver.resolve("127.0.0.1"))).containsExactly(InetAddress.ofLiteral("127.0.0.1"));
    }

    /** Answers one query with these texts, in strings of at most 255 bytes. */
    private void answer(int flags, String... texts) {
        Thread.ofVirtual().start(() -> {
            try {
                DatagramPacket query = new DatagramPacket(new byte[1500], 1500);
                server.receive(query);
                ByteBuffer out = ByteBuffer.allocate(1500);
                int question = question(query);
                out.putShort(ByteBuffer.wrap(query.getData()).getShort())
                        .putShort((short) flags)
                        .putShort((short) 1)
                        .putShort((short) texts.length)
                        .putInt(0)
                        .put(query.getData(), 12, question - 12);
                for (String text : texts) {
                    byte[] bytes = text.getBytes(US_ASCII);
                    int strings = (bytes.length + 254) / 255;
                    // the name is that of the question; TXT, IN, no time to live
                    out.putShort((short) 0xc00c)
                            .putShort((short) 16)
                            .putShort((short) 1)
                            .putInt(0);
                    out.putShort((short) (bytes.length + strings));
                    for (int at = 0; at < bytes.length; at += 255) {
                        int length = Math.min(255, bytes.length - at);
                        out.put((byte) length).put(bytes, at, length);
                    }
                }
                server.send(new DatagramPacket(out.array(), out.position(), query.getSocketAddress()));
            } catch (IOException e) {
                server.close(); // the test is over, or fails
            }
        });
    }

    /** Where the question of a query ends: behind its name, type and class. */
    private static int question(DatagramPacket query) {
        int at = 12;
        while (query.getData()[at] != 0) {
            at += 1 + query.getData()[at];
        }
        return at + 5;
    }

    private <T> T get(Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> call.get().whenComplete((value, failure) -> {
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
