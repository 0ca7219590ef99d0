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
 * @param p2p UDP and TCP port of libp2p
 * @param management TCP port of health and metrics
 */
record Ports(int http, int p2p, int management) {

    private static final int FIRST_HTTP = 8081;
    private static final int FIRST_P2P = 4001;
    private static final int FIRST_MANAGEMENT = 9091;

    /** The ports of the node with this index (0, 1, 2): the customary ones, or where one is taken any free one. */
    static Ports of(int index) throws IOException {
        return new Ports(tcp(FIRST_HTTP + index), p2p(FIRST_P2P + index), tcp(FIRST_MANAGEMENT + index));
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

    private static int p2p(int wanted) throws IOException {
        int port = wanted;
        while (!isFreeForPeers(port)) {
            try (DatagramSocket any = new DatagramSocket(0)) {
                port = any.getLocalPort();
            }
        }
        return port;
    }

    private static boolean isFreeForPeers(int port) {
        try (DatagramSocket quic = new DatagramSocket(port);
                ServerSocket tcp = new ServerSocket(port)) {
            return quic.getLocalPort() == tcp.getLocalPort();
        } catch (IOException taken) {
            return false;
        }
    }
}
