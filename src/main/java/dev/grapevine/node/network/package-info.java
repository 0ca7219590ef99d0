/**
 * The bridge between the registry and libp2p: publishes what this issuer appended, judges and stores what peers gossip,
 * and pulls what gossip missed. The rules of events and their storage live in {@code profile} and {@code registry}.
 */
@NullMarked
package dev.grapevine.node.network;

import org.jspecify.annotations.NullMarked;
