package dev.grapevine.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All that lies between the nodes: for each that dials and each that is dialled a UDP port, from which packets go on, or
 * not. Whoever is dialled sees a port of this class as well, so both ways of a link pass here. One thread does all.
 */
final class Links implements AutoCloseable {

    private static final int MAX_PACKET_BYTES = 65_536;
    private static final int SOCKET_BYTES = 2 * 1024 * 1024;

    /** From one socket before the next one gets its turn. */
    private static final int PACKETS_A_TURN = 64;

    private final Selector selector = open();
    private final SplittableRandom random;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(MAX_PACKET_BYTES);
    private final ConcurrentMap<Integer, Integer> ports = new ConcurrentHashMap<>();
    private final List<DatagramChannel> channels = new ArrayList<>();
    private final Thread thread = Thread.ofPlatform().name("links").daemon().unstarted(this::run);
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong cutOff = new AtomicLong();
    private volatile int lossPercent;
    private volatile BiPredicate<Integer, Integer> cut = (from, to) -> false;

    /** One end of a link: what comes out of its socket goes to the other end's. */
    private static final class End {
        private final int from;
        private final int to;
        private final DatagramChannel channel;
        private @Nullable End other;

        /** Who sent last, for what comes back; null where the socket is connected. */
        private @Nullable SocketAddress peer;

        End(int from, int to, DatagramChannel channel) {
            this.from = from;
            this.to = to;
            this.channel = channel;
        }
    }

    Links(long seed) {
        random = new SplittableRandom(seed);
        thread.start();
    }

    /**
     * Makes a link.
     *
     * @param toPort the UDP port of the node that is dialled
     * @return the UDP port to dial instead
     */
    synchronized int link(int from, int to, int toPort) throws IOException {
        End dialled = new End(from, to, bind());
        End onward = new End(to, from, bind());
        onward.channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), toPort));
        dialled.other = onward;
        onward.other = dialled;
        int port = port(dialled.channel);
        ports.put(port, to);
        ports.put(port(onward.channel), from);
        for (End end : List.of(dialled, onward)) {
            channels.add(end.channel);
            end.channel.register(selector, SelectionKey.OP_READ, end);
        }
        selector.wakeup();
        return port;
    }

    /** Whether this port is one of a link. */
    boolean isOne(int port) {
        return ports.containsKey(port);
    }

    void lose(int percent) {
        lossPercent = percent;
    }

    /** Nothing is carried any more where this holds, of sender and receiver. */
    void cut(BiPredicate<Integer, Integer> where) {
        cut = where;
    }

    void mend() {
        cut = (from, to) -> false;
    }

    long carried() {
        return carried.get();
    }

    long lost() {
        return lost.get();
    }

    long cutOff() {
        return cutOff.get();
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                selector.select(key -> forward((End) key.attachment()));
            } catch (ClosedSelectorException closed) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void forward(End end) {
        for (int i = 0; i < PACKETS_A_TURN; i++) {
            try {
                packet.clear();
                SocketAddress sender = end.channel.receive(packet);
                if (sender == null) {
                    return;
                }
                if (!end.channel.isConnected()) {
                    end.peer = sender;
                }
                if (passes(end.from, end.to)) {
                    packet.flip();
                    send(end.other);
                }
            } catch (PortUnreachableException down) {
                // nobody listens there at the moment
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private boolean passes(int from, int to) {
        if (cut.test(from, to)) {
            cutOff.incrementAndGet();
            return false;
        }
        if (lossPercent > 0 && random.nextInt(100) < lossPercent) {
            lost.incrementAndGet();
            return false;
        }
        carried.incrementAndGet();
        return true;
    }

    /** A socket whose buffer is full loses the packet, as a network does. */
    private void send(@Nullable End end) throws IOException {
        if (end == null) {
            return;
        }
        if (end.channel.isConnected()) {
            end.channel.write(packet);
        } else if (end.peer != null) {
            end.channel.send(packet, end.peer);
        }
    }

    private static DatagramChannel bind() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SOCKET_BYTES);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BYTES);
        return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static int port(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private static Selector open() {
        try {
            return Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        selector.close();
        for (DatagramChannel channel : channels) {
            channel.close();
        }
    }
}
