package dev.grapevine.lab;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for nodes. Outside of the range from which systems take ports for outgoing connections (Linux: 32768 on), so that
 * nobody takes one while its node is down.
 */
final class LabPorts {

    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    private static int next = ThreadLocalRandom.current().nextInt(FIRST, LAST);

    private LabPorts() {}

    /** A port that is free for TCP and UDP, and is not given out again soon. */
    static synchronized int free() throws IOException {
        for (int tried = FIRST; tried < LAST; tried++) {
            next = next + 1 < LAST ? next + 1 : FIRST;
            if (isFree(next)) {
                return next;
            }
        }
        throw new IOException("no port is free");
    }

    private static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ServerSocket tcp = new ServerSocket();
                DatagramSocket udp = new DatagramSocket(null)) {
            tcp.bind(address);
            udp.bind(address);
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
