package dev.grapevine.node.trust;

/**
 * How much issuers that are not trusted may take up.
 *
 * @param issuers logs of such issuers
 * @param issuerBytes of one of them
 * @param bytes of all of them
 */
public record Quotas(long issuers, long issuerBytes, long bytes) {}
