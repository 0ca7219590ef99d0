package dev.grapevine.testapi;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports at which nodes can listen, for clients or for each other. */
public final class FreePort {

    /** Beneath those that systems give to outgoing connections, which would take one away again before the node is there. */
    private static final int FIRST = 15_000;

    private static final int END = 32_000;

    private FreePort() {}

    /** @return a port that is free for UDP and for TCP */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (DatagramSocket quic = new DatagramSocket(port);
                    ServerSocket tcp = new ServerSocket(port)) {
                if (quic.getLocalPort() == tcp.getLocalPort()) {
                    return port;
                }
            } catch (IOException taken) {
                // the next one
            }
        }
    }
}
