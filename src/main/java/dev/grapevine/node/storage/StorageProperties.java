package dev.grapevine.node.storage;

import dev.grapevine.node.start.StartProblem;
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
 * @param timeout how long one transaction may take; then the database counts as down, and requests are answered 503
 */
@ConfigurationProperties("grapevine.db")
record StorageProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("60s") Duration startTimeout,
        @DefaultValue("10s") Duration timeout) {

    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

    /** Makes sure that the database has some time. */
    StorageProperties {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new StartProblem(
                    "grapevine.db.timeout is " + timeout + ", which is no time for a transaction.",
                    "Set GRAPEVINE_DB_TIMEOUT to 1s to 10m; 10s is usual.");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "StorageProperties[startTimeout=" + startTimeout + ", timeout=" + timeout + "]";
    }
}
