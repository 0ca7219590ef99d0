package dev.grapevine.libp2p.multiformats;

import dev.grapevine.fuzz.Property;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A varint, whose only form is the shortest. */
public final class FuzzedVarint {

    private FuzzedVarint() {}

    public static void take(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        long value = Varint.read(in);
        Property.holds(
                Arrays.equals(Varint.encode(value), Arrays.copyOf(input, in.position())), "a varint has but one form");
    }
}
