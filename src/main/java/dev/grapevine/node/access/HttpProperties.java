package dev.grapevine.node.access;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much patience and room there is for connections of HTTP clients.
 *
 * @param headersTimeout how long the first line and the headers of a request may take to arrive
 * @param bodyTimeout how long 1 KiB of a body, or its end, may take to arrive while the node waits for it
 * @param maxConnections open at once, to the API and to the management port each; more are closed as they come
 */
@ConfigurationProperties("grapevine.http")
record HttpProperties(
        @DefaultValue("10s") Duration headersTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("2000") int maxConnections) {}
