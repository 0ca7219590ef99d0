package dev.grapevine.libp2p.sockets;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The network interfaces of this machine. */
public final class Interfaces {

    private Interfaces() {}

    /**
     * Those that are up; one that goes away while it is asked is not.
     *
     * @throws SocketException where this machine does not tell
     */
    public static List<NetworkInterface> up() throws SocketException {
        return NetworkInterface.networkInterfaces().filter(Interfaces::isUp).toList();
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
