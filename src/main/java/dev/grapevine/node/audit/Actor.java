package dev.grapevine.node.audit;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf something is done.
 *
 * @param name such as {@code key:3f9a…}; no personal data; beyond {@link #MAX_NAME_CHARS} it is cut
 * @param correlationId of the request, as logs and traces have it
 */
public record Actor(String name, @Nullable String correlationId) {

    /** The node, of its own accord. */
    public static final Actor NODE = new Actor("node");

    /** An OAuth2 subject has at most 255 (OpenID Connect Core 1.0 §2). */
    static final int MAX_NAME_CHARS = 320;

    /** Makes the name one that PostgreSQL can keep: without control characters. */
    public Actor {
        String visible = name.replaceAll("\\p{Cntrl}", "?");
        name = visible.substring(0, Math.min(visible.length(), MAX_NAME_CHARS));
    }

    public Actor(String name) {
        this(name, null);
    }
}
