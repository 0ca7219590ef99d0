package dev.grapevine.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Bytes that are nearly right, or not at all; the seed decides. */
final class Mutations {

    private static final int MAX_CHANGES = 8;

    private final Random random;

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    byte[] noise(int maxBytes) {
        byte[] bytes = new byte[random.nextInt(maxBytes + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Changes some bytes, and perhaps the length. */
    byte[] of(byte[] original, int maxBytes) {
        int length = random.nextInt(4) == 0 ? random.nextInt(maxBytes + 1) : original.length;
        byte[] bytes = Arrays.copyOf(original, length);
        for (int i = random.nextInt(MAX_CHANGES); i > 0 && length > 0; i--) {
            bytes[random.nextInt(length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
