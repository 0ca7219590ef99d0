package dev.grapevine.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * The ports of one demo node.
 *
 * @param http TCP port of the API
 * @param p2p UDP port of libp2p
 * @param management TCP port of health and metrics
 */
record Ports(int http, int p2p, int management) {

    private static final int FIRST_HTTP = 8081;
    private static final int FIRST_P2P = 4001;
    private static final int FIRST_MANAGEMENT = 9091;

    /** The ports of the node with this index (0, 1, 2): the customary ones, or where one is taken any free one. */
    static Ports of(int index) throws IOException {
        return new Ports(tcp(FIRST_HTTP + index), udp(FIRST_P2P + index), tcp(FIRST_MANAGEMENT + index));
    }

    private static int tcp(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return wanted;
        } catch (IOException taken) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return any.getLocalPort();
            }
        }
    }

    private static int udp(int wanted) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(wanted)) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            try (DatagramSocket any = new DatagramSocket(0)) {
                return any.getLocalPort();
            }
        }
    }
}
