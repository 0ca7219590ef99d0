package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;

/**
 * Which key has taken over the log of this node's issuer, by a rotation or a recovery.
 *
 * @param key in force now
 * @param sequence of the event that says so
 * @param isNew false where it had been done before
 */
public record KeyTakeover(PublicKey key, long sequence, boolean isNew) {}
