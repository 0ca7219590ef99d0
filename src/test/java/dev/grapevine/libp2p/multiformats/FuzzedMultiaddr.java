package dev.grapevine.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;

/** An address, as bytes and as text. */
public final class FuzzedMultiaddr {

    private FuzzedMultiaddr() {}

    public static void take(byte[] input) {
        Property.each(input, FuzzedMultiaddr::bytes, FuzzedMultiaddr::text);
    }

    private static void bytes(byte[] input) {
        Multiaddr address = Property.equalComesBack(input, Multiaddr::decode, Multiaddr::bytes);
        if (address.toString().length() <= Multiaddr.MAX_BYTES) {
            Property.same(address, Property.taken(address.toString(), Multiaddr::parse));
        }
    }

    private static void text(byte[] input) {
        Multiaddr address = Multiaddr.parse(new String(input, UTF_8));
        Property.same(address, Property.taken(address.bytes(), Multiaddr::decode));
    }
}
