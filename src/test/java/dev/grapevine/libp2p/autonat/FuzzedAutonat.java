package dev.grapevine.libp2p.autonat;

/** The messages of both protocols. */
public final class FuzzedAutonat {

    private FuzzedAutonat() {}

    public static void take(byte[] message) {
        Codec.decodeDialBack(message);
        Codec.decode(Codec.encode(Codec.decode(message)));
    }
}
