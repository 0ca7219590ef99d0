package dev.grapevine.libp2p.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;

/** Public and private keys and peer ids, and what an untrusted key makes of a signature. */
public final class FuzzedKey {

    private static final byte[] DATA = {1, 2, 3};

    private FuzzedKey() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                FuzzedKey::publicKey,
                bytes -> Property.comesBack(bytes, PrivateKey::decode, PrivateKey::encoded),
                bytes -> written(Property.equalComesBack(bytes, PeerId::decode, PeerId::bytes)),
                bytes -> written(PeerId.parse(new String(bytes, UTF_8))));
    }

    private static void publicKey(byte[] input) {
        PublicKey key = Property.equalComesBack(input, PublicKey::decode, PublicKey::encoded);
        Property.holds(!key.verify(DATA, new byte[64]), "nobody signs by nothing");
        written(PeerId.of(key));
    }

    private static void written(PeerId peer) {
        Property.same(peer, Property.taken(peer.toString(), PeerId::parse));
        Property.same(peer, Property.taken(peer.toCid(), PeerId::parse));
    }
}
