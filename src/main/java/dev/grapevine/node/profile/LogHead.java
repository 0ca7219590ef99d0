package dev.grapevine.node.profile;

import dev.grapevine.node.identity.IssuerId;

/**
 * The end of an issuer's log as far as it is held.
 *
 * @param sequence of the last event
 * @param hash of the last event's payload
 * @param occurredAtMillis of the last event, milliseconds since 1970
 * @param keys what signs the next event
 */
public record LogHead(IssuerId issuer, long sequence, Hash hash, long occurredAtMillis, LogKeys keys) {}
