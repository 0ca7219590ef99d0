package dev.grapevine.fuzz;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;

/** What must hold of whatever a parser takes; where it does not, an {@link AssertionError} says so. */
public final class Property {

    private Property() {}

    /**
     * Decodes, encodes, and does both once more, to the same bytes.
     *
     * @return what was decoded first
     * @throws MalformedException where the input is refused
     */
    public static <T> T comesBack(byte[] input, Function<byte[], T> decode, Function<T, byte[]> encode) {
        T decoded = decode.apply(input);
        byte[] encoded = encode.apply(decoded);
        byte[] again = encode.apply(taken(encoded, decode));
        if (!Arrays.equals(encoded, again)) {
            throw new AssertionError(hex(encoded) + " comes back as " + hex(again));
        }
        return decoded;
    }

    /** The same, and to an equal value. */
    public static <T> T equalComesBack(byte[] input, Function<byte[], T> decode, Function<T, byte[]> encode) {
        T decoded = comesBack(input, decode, encode);
        same(decoded, taken(encode.apply(decoded), decode));
        return decoded;
    }

    /** Decodes what may not be refused, for it was encoded here. */
    public static <I, T> T taken(I own, Function<I, T> decode) {
        try {
            return decode.apply(own);
        } catch (MalformedException e) {
            throw new AssertionError("what was written is not read: " + e.getMessage(), e);
        }
    }

    public static void same(Object one, Object other) {
        if (!one.equals(other)) {
            throw new AssertionError(one + " comes back as " + other);
        }
    }

    public static void holds(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("does not hold: " + what);
        }
    }

    /** Gives the input to parsers of which each may refuse it. */
    @SafeVarargs
    public static void each(byte[] input, Consumer<byte[]>... parsers) {
        for (Consumer<byte[]> parser : parsers) {
            try {
                parser.accept(input);
            } catch (MalformedException refused) {
                // as it may
            }
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
