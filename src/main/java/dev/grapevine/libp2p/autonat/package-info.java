/** AutoNAT v2: has peers try whether this host is reached at its addresses, and tries theirs. Who is told of which address is not decided here. */
@NullMarked
package dev.grapevine.libp2p.autonat;

import org.jspecify.annotations.NullMarked;
