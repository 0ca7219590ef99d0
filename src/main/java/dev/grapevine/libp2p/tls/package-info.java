/** TLS 1.3 with the libp2p certificate: made, parsed and checked for all transports; streams are secured by it where the transport does not. */
@NullMarked
package dev.grapevine.libp2p.tls;

import org.jspecify.annotations.NullMarked;
