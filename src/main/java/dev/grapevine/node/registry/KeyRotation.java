package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;

/**
 * What became of a request to rotate the key of this node's issuer.
 *
 * @param key in force now
 * @param sequence of the event that says so
 * @param isNew false where it had been done before
 */
public record KeyRotation(PublicKey key, long sequence, boolean isNew) {}
