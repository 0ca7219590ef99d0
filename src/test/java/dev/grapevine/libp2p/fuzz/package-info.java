/** What a peer, or anybody, may send is taken or refused, and nothing else: for {@code lab/fuzz}, and for the corpus that it has left. */
@NullMarked
package dev.grapevine.libp2p.fuzz;

import org.jspecify.annotations.NullMarked;
