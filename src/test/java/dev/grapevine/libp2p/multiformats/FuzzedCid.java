package dev.grapevine.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;

/** A content identifier, as bytes and as text, and the multihash in it. */
public final class FuzzedCid {

    private FuzzedCid() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                bytes -> Property.equalComesBack(bytes, Multihash::decode, Multihash::encode),
                bytes -> written(Property.equalComesBack(bytes, Cid::decode, Cid::encode)),
                bytes -> written(Cid.parse(new String(bytes, UTF_8))));
    }

    private static void written(Cid cid) {
        Property.same(cid, Property.taken(cid.toString(), Cid::parse));
    }
}
