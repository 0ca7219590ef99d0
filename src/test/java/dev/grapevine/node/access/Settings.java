package dev.grapevine.node.access;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings for objects that a test makes itself. */
final class Settings {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private Settings() {}

    static AccessProperties withKey(@Nullable String key) {
        return new AccessProperties(
                key,
                new AccessProperties.Cors(List.of("*")),
                new AccessProperties.RateLimit(
                        true,
                        new AccessProperties.Address(1000, SECOND),
                        new AccessProperties.Key(1000, SECOND),
                        new AccessProperties.Failures(1000, SECOND),
                        List.of()),
                new AccessProperties.OAuth2(null, null));
    }
}
