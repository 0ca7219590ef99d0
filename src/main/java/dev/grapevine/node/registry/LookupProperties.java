package dev.grapevine.node.registry;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How lookups are answered.
 *
 * @param memory outside the heap, for answers that are remembered, 1 KiB each at least; 0 for none
 */
@ConfigurationProperties("grapevine.lookup")
record LookupProperties(@DefaultValue("128MB") DataSize memory) {

    LookupProperties {
        if (memory.isNegative()) {
            throw new IllegalArgumentException("grapevine.lookup.memory cannot be below 0.");
        }
    }
}
