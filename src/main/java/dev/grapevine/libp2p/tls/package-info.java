/** The libp2p TLS certificate: made, parsed and checked. Transports use it. */
@NullMarked
package dev.grapevine.libp2p.tls;

import org.jspecify.annotations.NullMarked;
