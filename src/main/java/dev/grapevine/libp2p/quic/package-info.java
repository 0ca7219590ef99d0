/** The QUIC v1 transport over one UDP socket. Touches Netty channels; nothing above it does. */
@NullMarked
package dev.grapevine.libp2p.quic;

import org.jspecify.annotations.NullMarked;
