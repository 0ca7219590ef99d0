package dev.grapevine.node.profile;

import dev.grapevine.fuzz.Property;

/** The proof of a fork, and the statements that it is made of. */
public final class FuzzedForkProof {

    private FuzzedForkProof() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                bytes -> Property.comesBack(bytes, ForkProof::decode, ForkProof::encode)
                        .isFinal(),
                bytes -> Property.comesBack(bytes, BranchStatement::decode, BranchStatement::encode)
                        .issuer());
    }
}
