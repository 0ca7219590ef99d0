package dev.grapevine.libp2p.kad;

/** A frame of the DHT; what is taken can be sent on. */
public final class FuzzedMessage {

    private FuzzedMessage() {}

    public static void take(byte[] frame) {
        Codec.decode(Codec.encode(Codec.decode(frame)));
    }
}
