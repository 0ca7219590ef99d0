package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Datagrams of somebody without a handshake: mutations of a real one's first packet, and noise. */
final class DatagramSender implements PortFuzz.Sender {

    private static final int MAX_DATAGRAM_BYTES = 1500;

    /** Then the host must have read them, or the system would drop some. */
    private static final int AT_ONCE = 50;

    private static final Pattern WORDS = Pattern.compile(" +");

    private final int port;
    private final Mutations mutations;
    private final byte[] first = firstPacket();

    DatagramSender(Multiaddr target, Mutations mutations) throws Exception {
        this.port = Integer.parseInt(target.value(Protocol.UDP).orElseThrow());
        this.mutations = mutations;
    }

    @Override
    public int send(int count) throws Exception {
        int some = Math.min(count, AT_ONCE);
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < some; i++) {
                byte[] bytes =
                        i % 4 == 0 ? mutations.noise(MAX_DATAGRAM_BYTES) : mutations.of(first, MAX_DATAGRAM_BYTES);
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
            }
        }
        while (!isRead()) {
            Thread.sleep(1);
        }
        return some;
    }

    /** Whether nothing waits in the host's socket; Linux only, as proc(5) says of /proc/net/udp. */
    private boolean isRead() throws IOException {
        String local = ":%04X".formatted(port);
        try (Stream<String> sockets = Files.lines(Path.of("/proc/net/udp"))) {
            return sockets.map(line -> WORDS.splitAsStream(line.strip()).toList())
                    .filter(words -> words.get(1).endsWith(local))
                    .allMatch(words -> words.get(4).endsWith(":00000000"));
        }
    }

    private static byte[] firstPacket() throws Exception {
        Libp2pHost dialler = FuzzHosts.peer();
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            dialler.keepConnected(Multiaddr.parse("/ip4/127.0.0.1/udp/" + silent.getLocalPort() + "/quic-v1"));
            DatagramPacket packet = new DatagramPacket(new byte[MAX_DATAGRAM_BYTES], MAX_DATAGRAM_BYTES);
            silent.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } finally {
            dialler.close().toCompletableFuture().join();
        }
    }
}
