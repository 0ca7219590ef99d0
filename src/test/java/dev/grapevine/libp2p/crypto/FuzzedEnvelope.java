package dev.grapevine.libp2p.crypto;

import dev.grapevine.fuzz.Property;

/** Signed envelopes, and peer records in them and without them. */
public final class FuzzedEnvelope {

    private FuzzedEnvelope() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                bytes -> Property.equalComesBack(bytes, Envelope::decode, Envelope::encode)
                        .verify("domain"),
                bytes -> Property.equalComesBack(bytes, SignedPeerRecord::decode, SignedPeerRecord::encoded),
                bytes -> Property.equalComesBack(bytes, PeerRecord::decode, PeerRecord::encode));
    }
}
