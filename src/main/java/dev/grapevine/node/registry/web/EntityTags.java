package dev.grapevine.node.registry.web;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditional requests (RFC 9110 §13.1.2). */
final class EntityTags {

    /** An entity tag (§8.8.3), or what is none. */
    private static final Pattern LIST_ITEM =
            Pattern.compile("\\s*(?:(?:W/)?(\"[\\x21\\x23-\\x7E\\x80-\\xFF]*\")\\s*)?(?:,|$)");

    private EntityTags() {}

    /**
     * Whether a client that sent these If-None-Match fields has the representation already.
     *
     * @param fields as they came, several tags in each perhaps
     * @param tag of the representation, {@code W/} included where it is weak
     */
    static boolean matches(List<String> fields, String tag) {
        String opaque = opaque(tag);
        for (String field : fields) {
            if (field.strip().equals("*")) {
                return true;
            }
            Matcher items = LIST_ITEM.matcher(field);
            while (items.lookingAt() && items.start() < field.length()) {
                if (opaque.equals(items.group(1))) {
                    return true; // weak comparison, §8.8.3.2
                }
                items.region(items.end(), field.length());
            }
        }
        return false;
    }

    private static String opaque(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
