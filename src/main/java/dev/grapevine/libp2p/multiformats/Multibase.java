package dev.grapevine.libp2p.multiformats;

import java.util.Base64;
import java.util.HexFormat;

/** Text encodings of bytes that name themselves by their first character (multiformats/multibase). */
public enum Multibase {
    BASE16('f'),
    BASE32('b'),
    BASE58BTC('z'),
    BASE64URL('u');

    private final char prefix;

    Multibase(char prefix) {
        this.prefix = prefix;
    }

    /** The text of the bytes, prefix first. */
    public String encode(byte[] bytes) {
        return prefix
                + switch (this) {
                    case BASE16 -> HexFormat.of().formatHex(bytes);
                    case BASE32 -> Base32.encode(bytes);
                    case BASE58BTC -> Base58.encode(bytes);
                    case BASE64URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
                };
    }

    /**
     * Decodes text of any of these encodings; base16 and base32 in either case.
     *
     * @throws MalformedException for another prefix, or text that is not of the encoding that its prefix names
     */
    public static byte[] decode(String text) {
        if (text.isEmpty()) {
            throw new MalformedException("multibase text is empty");
        }
        String digits = text.substring(1);
        return switch (text.charAt(0)) {
            case 'f', 'F' -> hex(digits);
            case 'b', 'B' -> Base32.decode(digits);
            case 'z' -> Base58.decode(digits);
            case 'u' -> base64Url(digits);
            default -> throw new MalformedException("unknown multibase prefix: " + text.charAt(0));
        };
    }

    private static byte[] hex(String digits) {
        try {
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base16", e);
        }
    }

    private static byte[] base64Url(String digits) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(digits);
            // Java's decoder also takes padding and stray bits; this encoding has neither.
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(digits)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base64url", e);
        }
        throw new MalformedException("base64url text is not in its one form without padding");
    }
}
