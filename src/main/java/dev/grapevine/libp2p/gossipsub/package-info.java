/** Gossipsub 1.1: pub/sub over a mesh. The router is a pure state machine; the Handler alone touches streams. */
@NullMarked
package dev.grapevine.libp2p.gossipsub;

import org.jspecify.annotations.NullMarked;
