package dev.grapevine.libp2p.mdns;

/** A datagram of multicast DNS. */
public final class FuzzedPacket {

    private FuzzedPacket() {}

    public static void take(byte[] datagram) {
        Codec.decode(datagram);
    }
}
