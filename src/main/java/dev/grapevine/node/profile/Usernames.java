package dev.grapevine.node.profile;

import java.util.Set;

/** Which usernames there are: {@code [a-z0-9][a-z0-9._-]{0,63}} without the words that are routes (design §8). */
public final class Usernames {

    private static final int MAX_CHARS = 64;

    private static final Set<String> RESERVED =
            Set.of("import", "export", "stream", "lookup", "search", "batch", "by-id");

    private Usernames() {}

    public static boolean isValid(String username) {
        if (username.isEmpty() || username.length() > MAX_CHARS || !isLetterOrDigit(username.charAt(0))) {
            return false;
        }
        for (int i = 1; i < username.length(); i++) {
            char c = username.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '_' && c != '-') {
                return false;
            }
        }
        return !isReserved(username);
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    /** Whether it is a word that is, or may become, a route under {@code /api/v1/profiles/}. */
    public static boolean isReserved(String username) {
        return RESERVED.contains(username);
    }
}
