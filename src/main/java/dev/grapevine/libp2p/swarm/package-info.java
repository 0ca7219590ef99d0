/** Connections, streams, protocol negotiation, dialling and their limits, on one serial event loop. Transports plug in; protocols are built on top. */
@NullMarked
package dev.grapevine.libp2p.swarm;

import org.jspecify.annotations.NullMarked;
