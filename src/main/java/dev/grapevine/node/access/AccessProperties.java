package dev.grapevine.node.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call the API.
 *
 * @param apiKey a key that may do everything, beside those in the database, the first of which the node makes itself where this is not set
 * @param cors for web pages of other origins
 */
@ConfigurationProperties("grapevine")
record AccessProperties(
        @Nullable String apiKey, @DefaultValue Cors cors) {

    /**
     * What browsers may do for pages of other origins.
     *
     * @param allowedOrigins origins whose pages may look up and verify; {@code *} is any, an empty list none
     */
    record Cors(@DefaultValue("*") List<String> allowedOrigins) {}

    /** Without the key. */
    @Override
    public String toString() {
        return "AccessProperties[cors=" + cors + "]";
    }
}
