package dev.grapevine.libp2p.identify;

import dev.grapevine.fuzz.Property;

/** A message of identify, and what is kept of it. */
public final class FuzzedIdentify {

    private FuzzedIdentify() {}

    public static void take(byte[] message) {
        Identity.UNKNOWN.updated(Property.equalComesBack(message, IdentifyMessage::decode, IdentifyMessage::encode));
    }
}
