package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;

/**
 * A peer holds another history of an issuer than this node: unless the peer lies, the issuer has forked its log, at this
 * sequence or before.
 *
 * @param sequence an event of which both say that it is in the issuer's log
 * @param theirs the hash of the one that the peer says it holds
 * @param peer who says so
 */
record Divergence(IssuerId issuer, long sequence, Hash theirs, PeerId peer) {}
