/** Gossipsub 1.2, down to 1.0: pub/sub over a mesh of scored peers. The router is a pure state machine; the Handler alone touches streams. */
@NullMarked
package dev.grapevine.libp2p.gossipsub;

import org.jspecify.annotations.NullMarked;
