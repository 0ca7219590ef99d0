/** The identify and identify/push protocols: who a peer is, where it listens and what it speaks. */
@NullMarked
package dev.grapevine.libp2p.identify;

import org.jspecify.annotations.NullMarked;
