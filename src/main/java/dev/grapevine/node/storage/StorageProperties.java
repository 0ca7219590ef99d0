package dev.grapevine.node.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which database to use.
 *
 * @param url {@code postgresql://user:password@host:5432/database}; nothing means the embedded server
 * @param username instead of the one in the URL
 * @param password instead of the one in the URL
 * @param startTimeout how long to wait at the start for a server that does not answer yet
 */
@ConfigurationProperties("grapevine.db")
record StorageProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("60s") Duration startTimeout) {

    /** Without the password. */
    @Override
    public String toString() {
        return "StorageProperties[startTimeout=" + startTimeout + "]";
    }
}
