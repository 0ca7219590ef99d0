package dev.grapevine.node.registry;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How lookups are answered.
 *
 * @param memory for answers that are remembered, such as {@code 256MB}, or 0 for none; null: a quarter of the JVM's heap
 */
@ConfigurationProperties("grapevine.lookup")
record LookupProperties(@Nullable DataSize memory) {

    private static final int SHARE_OF_HEAP = 4;

    long memoryBytes() {
        return memory != null ? memory.toBytes() : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    }
}
