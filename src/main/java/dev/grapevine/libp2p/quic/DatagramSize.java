package dev.grapevine.libp2p.quic;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
        try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
            IntStream mtus = interfaces
                    .filter(each -> bound.isAnyLocalAddress()
                            ? leadsToOthers(each)
                            : each.inetAddresses().anyMatch(bound::equals))
                    .mapToInt(DatagramSize::mtu);
            return new DatagramSize(mtus.max().orElse(MIN_MTU));
        }
    }

    private static boolean leadsToOthers(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback();
        } catch (SocketException e) {
            return false;
        }
    }

    private static int mtu(NetworkInterface each) {
        try {
            return each.getMTU();
        } catch (SocketException e) {
            return MIN_MTU;
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
