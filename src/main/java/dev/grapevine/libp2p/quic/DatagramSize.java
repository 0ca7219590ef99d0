package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.sockets.Interfaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/**
 * How large the datagrams of a socket may be: larger ones cost less for each byte, and what no interface of the socket could carry
 * need not be tried. Which of these sizes the path to a peer takes, QUIC finds out (RFC 9000 §14.3).
 *
 * @param mtu of the interface, in bytes, within {@link #MIN_MTU} and {@link #MAX_MTU}
 */
record DatagramSize(int mtu) {

    /** Every link of IPv6 takes this (RFC 8200 §5). */
    static final int MIN_MTU = 1280;

    /** What jumbo frames of Ethernet carry in most networks that have them. Loopback takes more, but a lost datagram is sent whole again. */
    static final int MAX_MTU = 9000;

    private static final int HEADERS_OF_IPV6_AND_UDP = 40 + 8;

    DatagramSize {
        mtu = Math.clamp(mtu, MIN_MTU, MAX_MTU);
    }

    /**
     * Of a socket that is bound to an address of this machine; to all of them, the largest of those that lead to others.
     *
     * @throws IOException where this machine does not tell
     */
    static DatagramSize of(InetAddress bound) throws IOException {
        int largest = MIN_MTU;
        for (NetworkInterface each : Interfaces.up()) {
            boolean concerned = bound.isAnyLocalAddress()
                    ? !each.isLoopback()
                    : each.inetAddresses().anyMatch(bound::equals);
            largest = concerned ? Math.max(largest, mtu(each)) : largest;
        }
        return new DatagramSize(largest);
    }

    private static int mtu(NetworkInterface each) {
        try {
            return each.getMTU();
        } catch (SocketException e) {
            return MIN_MTU; // it is gone
        }
    }

    /** Bytes of UDP payload that are sent at most. */
    int maxSent() {
        return mtu - HEADERS_OF_IPV6_AND_UDP;
    }

    /** Bytes of UDP payload that are received at most. */
    int maxReceived() {
        return mtu;
    }
}
