package dev.grapevine.libp2p.multiformats;

import java.util.Arrays;

/** Base58 with Bitcoin's alphabet (draft-msporny-base58), without a multibase prefix. */
public final class Base58 {

    /** Decoding takes time quadratic in the length; the longest text decoded, in characters. */
    public static final int MAX_CHARS = 2048;

    private static final String ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final int LIMB_DIGITS = 5;
    private static final int GROUP_BYTES = Integer.BYTES;
    private static final int LIMB = 58 * 58 * 58 * 58 * 58;
    private static final int[] DIGITS = new int[128];

    static {
        Arrays.fill(DIGITS, -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            DIGITS[ALPHABET.charAt(i)] = i;
        }
    }

    private Base58() {}

    public static String encode(byte[] bytes) {
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        // log(256) / log(58) < 1.38; limbs of five base-58 digits, the lowest first
        int[] limbs = new int[(bytes.length - zeros) * 138 / 100 / LIMB_DIGITS + 1];
        int length = 0;
        for (int i = zeros; i < bytes.length; ) {
            int group = (bytes.length - i - 1) % GROUP_BYTES + 1;
            long carry = 0;
            for (int end = i + group; i < end; i++) {
                carry = (carry << Byte.SIZE) | (bytes[i] & 0xff);
            }
            for (int j = 0; j < length || carry != 0; j++) {
                carry += (long) limbs[j] << (group * Byte.SIZE);
                limbs[j] = (int) (carry % LIMB);
                carry /= LIMB;
                length = Math.max(length, j + 1);
            }
        }
        return "1".repeat(zeros) + digits(limbs, length);
    }

    private static String digits(int[] limbs, int length) {
        char[] digits = new char[length * LIMB_DIGITS];
        for (int i = digits.length - 1; i >= 0; i--) {
            int limb = (digits.length - 1 - i) / LIMB_DIGITS;
            digits[i] = ALPHABET.charAt(limbs[limb] % 58);
            limbs[limb] /= 58;
        }
        int begin = 0;
        while (begin < digits.length && digits[begin] == ALPHABET.charAt(0)) {
            begin++;
        }
        return new String(digits, begin, digits.length - begin);
    }

    /** @throws MalformedException for a character outside the alphabet, or more than {@link #MAX_CHARS} of them */
    public static byte[] decode(String text) {
        if (text.length() > MAX_CHARS) {
            throw new MalformedException("base58 text is longer than " + MAX_CHARS + " characters");
        }
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == ALPHABET.charAt(0)) {
            zeros++;
        }
        // log(58) / log(256) < 0.733; limbs of four bytes, the lowest first
        int[] limbs = new int[(text.length() - zeros) * 733 / 1000 / GROUP_BYTES + 1];
        int length = 0;
        for (int i = zeros; i < text.length(); ) {
            int group = (text.length() - i - 1) % LIMB_DIGITS + 1;
            long factor = 1;
            long carry = 0;
            for (int end = i + group; i < end; i++) {
                carry = carry * 58 + digit(text.charAt(i));
                factor *= 58;
            }
            for (int j = 0; j < length || carry != 0; j++) {
                carry += Integer.toUnsignedLong(limbs[j]) * factor;
                limbs[j] = (int) carry;
                carry >>>= Integer.SIZE;
                length = Math.max(length, j + 1);
            }
        }
        return bytes(zeros, limbs, length);
    }

    /** @param length of the number, in limbs; its highest bytes are left out where they are 0 */
    private static byte[] bytes(int zeros, int[] limbs, int length) {
        int high = length == 0 ? 0 : Integer.numberOfLeadingZeros(limbs[length - 1]) / Byte.SIZE;
        byte[] result = new byte[zeros + length * GROUP_BYTES - high];
        for (int i = 0; i < result.length - zeros; i++) {
            result[result.length - 1 - i] = (byte) (limbs[i / GROUP_BYTES] >>> (i % GROUP_BYTES * Byte.SIZE));
        }
        return result;
    }

    private static int digit(char c) {
        int digit = c < DIGITS.length ? DIGITS[c] : -1;
        if (digit < 0) {
            throw new MalformedException("not a base58 character: " + c);
        }
        return digit;
    }
}
