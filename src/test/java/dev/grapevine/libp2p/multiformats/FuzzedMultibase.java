package dev.grapevine.libp2p.multiformats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.fuzz.Property;
import java.util.Arrays;
import java.util.Locale;

/** Text in any base, as it came, and whatever bytes in every base. */
public final class FuzzedMultibase {

    private FuzzedMultibase() {}

    public static void take(byte[] input) {
        Property.each(input, FuzzedMultibase::text, FuzzedMultibase::bytes);
    }

    private static void text(byte[] input) {
        String text = new String(input, UTF_8);
        byte[] bytes = Multibase.decode(text);
        // in hexadecimal and base32 letters may be of either case, and of both
        boolean known = Arrays.stream(Multibase.values())
                .map(base -> base.encode(bytes))
                .anyMatch(form -> form.equals(text) || form.equals(text.toLowerCase(Locale.ROOT)));
        Property.holds(known, "bytes have but one text in a base");
    }

    private static void bytes(byte[] input) {
        for (Multibase base : Multibase.values()) {
            String text = base.encode(input);
            if (text.length() <= Base58.MAX_CHARS) {
                String back = new String(Property.taken(text, Multibase::decode), ISO_8859_1);
                Property.same(new String(input, ISO_8859_1), back);
            }
        }
    }
}
