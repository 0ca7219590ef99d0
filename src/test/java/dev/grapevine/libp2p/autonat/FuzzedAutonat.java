package dev.grapevine.libp2p.autonat;

import dev.grapevine.fuzz.Property;

/** The messages of both protocols. */
public final class FuzzedAutonat {

    private FuzzedAutonat() {}

    public static void take(byte[] message) {
        Property.each(
                message,
                bytes -> Property.equalComesBack(bytes, Codec::decode, Codec::encode),
                bytes -> Property.equalComesBack(bytes, Codec::decodeDialBack, Codec::encodeDialBack),
                Codec::checkDialBackResponse);
    }
}
