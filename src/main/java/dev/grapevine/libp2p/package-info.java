/** A libp2p implementation in plain Java and Netty: {@code Libp2pHost} is the one entry point. Knows no Spring and no Grapevine. */
@NullMarked
package dev.grapevine.libp2p;

import org.jspecify.annotations.NullMarked;
