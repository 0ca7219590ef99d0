package dev.grapevine.node.access;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key that is to be made.
 *
 * @param name what people call it; may be empty
 * @param roles at least one
 * @param expires when it stops working by itself; null for never
 */
record NewKey(String name, Set<Role> roles, @Nullable Instant expires) {

    static final int MAX_NAME_CHARS = 100;
}
