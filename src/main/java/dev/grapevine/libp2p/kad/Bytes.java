package dev.grapevine.libp2p.kad;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that are equal where their contents are: a key, or a value. The array is shared, never changed. */
record Bytes(byte[] array) {

    int length() {
        return array.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(array);
    }
}
