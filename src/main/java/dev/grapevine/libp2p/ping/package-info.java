/** The ping protocol: round-trip times, and the keep-alive of idle connections. */
@NullMarked
package dev.grapevine.libp2p.ping;

import org.jspecify.annotations.NullMarked;
