/** The TCP transport: sockets, and nothing of what goes over them. Touches Netty channels; nothing above it does. */
@NullMarked
package dev.grapevine.libp2p.tcp;

import org.jspecify.annotations.NullMarked;
