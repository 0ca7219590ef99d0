package dev.grapevine.libp2p.mdns;

import dev.grapevine.libp2p.sockets.Interfaces;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The group of multicast DNS on every interface that has an IPv4 address, loopback left out. A thread of its own reads;
 * whoever else uses multicast DNS on this machine shares the port.
 */
final class MulticastSocket {

    static final InetSocketAddress GROUP = new InetSocketAddress("224.0.0.251", 5353);

    private static final int HOPS = 255; // RFC 6762, section 11
    private static final System.Logger LOG = System.getLogger(MulticastSocket.class.getName());

    private final DatagramChannel channel;
    private final Map<String, NetworkInterface> joined = new HashMap<>();

    private MulticastSocket(DatagramChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens the socket.
     *
     * @param onPacket is handed what comes, on the reading thread
     */
    static MulticastSocket open(Consumer<byte[]> onPacket) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
            channel.bind(new InetSocketAddress(GROUP.getPort()));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        MulticastSocket socket = new MulticastSocket(channel);
        Thread.ofPlatform().name("mdns").daemon().start(() -> socket.read(onPacket));
        return socket;
    }

    /** Joins the interfaces that have come up, and leaves those that are gone. */
    void update() {
        try {
            List<NetworkInterface> now =
                    Interfaces.up().stream().filter(MulticastSocket::isUsable).toList();
            joined.keySet()
                    .retainAll(now.stream().map(NetworkInterface::getName).toList());
            now.forEach(this::join);
        } catch (SocketException e) {
            LOG.log(Level.DEBUG, "this machine does not tell its interfaces", e);
        }
    }

    private static boolean isUsable(NetworkInterface each) {
        try {
            return each.supportsMulticast()
                    && !each.isLoopback()
                    && each.inetAddresses().anyMatch(Inet4Address.class::isInstance);
        } catch (SocketException e) {
            return false;
        }
    }

    private void join(NetworkInterface each) {
        if (joined.putIfAbsent(each.getName(), each) == null) {
            try {
                channel.join(GROUP.getAddress(), each);
                LOG.log(Level.DEBUG, () -> "finding peers on " + each.getName());
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "no multicast on " + each.getName() + ": " + e.getMessage());
            }
        }
    }

    /** Sends to the group on every interface. */
    void send(byte[] packet) {
        for (NetworkInterface each : joined.values()) {
            try {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, each);
                channel.send(ByteBuffer.wrap(packet), GROUP);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, () -> "cannot send on " + each.getName() + ": " + e.getMessage());
            }
        }
    }

    void close() {
        try {
            channel.close(); // ends the reading thread
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the socket of multicast DNS cannot be closed", e);
        }
    }

    private void read(Consumer<byte[]> onPacket) {
        ByteBuffer buffer = ByteBuffer.allocate(Codec.MAX_PACKET_BYTES + 1);
        while (channel.isOpen()) {
            try {
                channel.receive(buffer);
                onPacket.accept(Arrays.copyOf(buffer.array(), buffer.position()));
                buffer.clear();
            } catch (IOException e) {
                if (channel.isOpen()) {
                    LOG.log(Level.WARNING, "multicast DNS cannot be read; peers on this network are found no more", e);
                    close();
                }
            }
        }
    }
}
