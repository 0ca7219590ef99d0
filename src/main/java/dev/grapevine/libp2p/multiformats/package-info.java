/** Self-describing values: varint, multihash, multibase, multiaddr and CID, and the protobuf reader and writer that every wire message uses. No keys, no I/O. */
@NullMarked
package dev.grapevine.libp2p.multiformats;

import org.jspecify.annotations.NullMarked;
