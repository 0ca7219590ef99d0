package dev.grapevine.libp2p.fuzz;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A host that listens by QUIC is sent datagrams by somebody without a handshake, and streams by peers that have done one.
 * Afterwards it must still serve a good peer, hold no connection, and have leaked no buffer and kept no memory.
 */
public final class PortFuzz {

    private static final int MAX_DATAGRAM_BYTES = 1500;

    private static final int DATAGRAMS_PER_PAUSE = 200;

    private final Mutations mutations;

    private PortFuzz(long seed) {
        this.mutations = new Mutations(seed);
    }

    /** @param arguments how many inputs, half of them datagrams and half streams, and perhaps the seed */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.printf("seed %d%n", seed);
        System.exit(new PortFuzz(seed).run(Integer.parseInt(arguments[0])) ? 0 : 1);
    }

    private boolean run(int inputs) throws Exception {
        Watch watch = new Watch();
        Libp2pHost host = FuzzPeer.host();
        Multiaddr address = TestHosts.address(host);
        new FuzzPeer(address, mutations).send(10); // so that what is loaded once is loaded
        Watch.await("the first peer is gone", () -> host.peers().isEmpty());
        long before = Watch.usedBytes();
        long begin = System.nanoTime();
        sendDatagrams(host, inputs / 2);
        System.out.printf("%,d datagrams sent%n", inputs / 2);
        int streams = 0;
        while (streams < inputs - inputs / 2) {
            streams += new FuzzPeer(address, mutations)
                    .send(Math.min(FuzzPeer.MAX_STREAMS, inputs - inputs / 2 - streams));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%,d streams sent; %.0f s in all; turned away: %s%n",
                streams, seconds, host.counters().refused());
        Watch.await("a good peer is served", () -> new FuzzPeer(address, mutations).isServed());
        Watch.await("no connection is left", () -> host.counters().connections() == 0);
        Watch.await("the heap is as it was", () -> Watch.usedBytes() - before < Watch.MAX_GROWTH_BYTES);
        System.out.printf("heap %,d KiB before, %,d KiB after%n", before / 1024, Watch.usedBytes() / 1024);
        host.close().toCompletableFuture().join();
        return watch.noLeaks();
    }

    /** Mutations of the first packet of a real handshake, and noise. */
    private void sendDatagrams(Libp2pHost host, int count) throws Exception {
        byte[] first = firstPacket();
        int port = Integer.parseInt(TestHosts.address(host).value(Protocol.UDP).orElseThrow());
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < count; i++) {
                byte[] bytes =
                        i % 4 == 0 ? mutations.noise(MAX_DATAGRAM_BYTES) : mutations.of(first, MAX_DATAGRAM_BYTES);
                socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
                if (i % DATAGRAMS_PER_PAUSE == 0) {
                    Thread.sleep(1); // or most would not fit into the socket's buffer
                }
            }
        }
    }

    private static byte[] firstPacket() throws Exception {
        Libp2pHost dialler = FuzzPeer.host();
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
