package dev.grapevine.node.profile;

import java.util.Set;
import java.util.regex.Pattern;

/** Which usernames there are: {@code [a-z0-9][a-z0-9._-]{0,63}} without the words that are routes (design §8). */
public final class Usernames {

    private static final Pattern USERNAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private static final Set<String> RESERVED =
            Set.of("import", "export", "stream", "lookup", "search", "batch", "by-id");

    private Usernames() {}

    public static boolean isValid(String username) {
        return USERNAME.matcher(username).matches() && !isReserved(username);
    }

    /** Whether it is a word that is, or may become, a route under {@code /api/v1/profiles/}. */
    public static boolean isReserved(String username) {
        return RESERVED.contains(username);
    }
}
