package dev.grapevine.node.backup;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What to bring back at the start.
 *
 * @param restoreFrom a backup's file, restored before the node adds anything to its issuer's log; null: none. The same file may be
 *     given again: what is there already stays
 */
@ConfigurationProperties("grapevine.backup")
record RestoreProperties(@Nullable Path restoreFrom) {}
