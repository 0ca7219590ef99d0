/**
 * A network in one thread: virtual time, and links with latency, loss and cuts, all from one seed. It knows no protocol;
 * each protocol's tests put their States on it.
 */
@NullMarked
package dev.grapevine.libp2p.sim;

import org.jspecify.annotations.NullMarked;
