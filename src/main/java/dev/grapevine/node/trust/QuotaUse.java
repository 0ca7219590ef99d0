package dev.grapevine.node.trust;

/**
 * What issuers that are not trusted take up.
 *
 * @param issuers how many of them have a log here
 * @param bytes that were ever taken in of those
 */
public record QuotaUse(long issuers, long bytes) {}
