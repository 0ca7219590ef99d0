package dev.grapevine.node.access;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call the API.
 *
 * @param apiKey a key that may do everything, beside those in the database, the first of which the node makes itself where this
 *     is not set
 * @param cors for web pages of other origins
 * @param rateLimit how much each caller may do
 * @param oauth2 whose tokens are taken beside keys
 */
@ConfigurationProperties("grapevine")
record AccessProperties(
        @Nullable String apiKey,
        @DefaultValue Cors cors,
        @DefaultValue RateLimit rateLimit,
        @DefaultValue OAuth2 oauth2) {

    /**
     * What browsers may do for pages of other origins.
     *
     * @param allowedOrigins origins whose pages may look up and verify; {@code *} is any, an empty list none
     */
    record Cors(@DefaultValue("*") List<String> allowedOrigins) {}

    /**
     * Limits, each counted by this instance alone. Answers tell in their {@code RateLimit} headers what is left.
     *
     * @param enabled whether there are limits at all
     * @param address for requests without a key
     * @param key for requests with one
     * @param failures for wrong keys and tokens
     * @param trustedProxies addresses and networks of your reverse proxies, whose {@code X-Forwarded-For} is then believed;
     *     without this everybody behind a proxy shares one limit
     */
    record RateLimit(
            @DefaultValue("true") boolean enabled,
            @DefaultValue Address address,
            @DefaultValue Key key,
            @DefaultValue Failures failures,
            @DefaultValue List<String> trustedProxies) {}

    /**
     * For requests without a key.
     *
     * @param requests how many may come at once from an address (IPv6: a /64), and again in each period; a lookup of many names
     *     counts as 100
     * @param per the period, in whole seconds
     */
    record Address(
            @DefaultValue("5000") int requests,
            @DefaultValue("10s") Duration per) {}

    /**
     * For requests with a key or token.
     *
     * @param requests how many may come at once with a key, and again in each period
     * @param per the period, in whole seconds
     */
    record Key(
            @DefaultValue("20000") int requests,
            @DefaultValue("10s") Duration per) {}

    /**
     * For wrong keys and tokens.
     *
     * @param requests how many may come at once from an address, and again in each period; beyond, of the keys from there only
     *     those that nodes make are looked at
     * @param per the period, in whole seconds
     */
    record Failures(
            @DefaultValue("30") int requests,
            @DefaultValue("60s") Duration per) {}

    /**
     * An identity provider, whose tokens are taken beside keys: JWTs with the scopes {@code grapevine:reader},
     * {@code grapevine:issuer}, {@code grapevine:operator}.
     *
     * @param issuerUri the {@code iss} of its tokens, beneath which its metadata are found (RFC 8414, OpenID Connect Discovery);
     *     nothing means that there are keys only
     * @param audience what must be among the {@code aud} of tokens that are meant for this node; needed with an issuer
     */
    record OAuth2(@Nullable String issuerUri, @Nullable String audience) {}

    /** Without the key. */
    @Override
    public String toString() {
        return "AccessProperties[cors=" + cors + ", rateLimit=" + rateLimit + "]";
    }
}
