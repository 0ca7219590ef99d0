package dev.grapevine.libp2p.kad;

import dev.grapevine.fuzz.Property;

/** A frame of the DHT; what is taken can be sent on. */
public final class FuzzedMessage {

    private FuzzedMessage() {}

    public static void take(byte[] frame) {
        Property.equalComesBack(frame, Codec::decode, Codec::encode);
    }
}
