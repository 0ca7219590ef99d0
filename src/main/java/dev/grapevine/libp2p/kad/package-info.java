/** The Kademlia DHT: finding peers near a key, values and their providers. Whom to stay connected with is not decided here. */
@NullMarked
package dev.grapevine.libp2p.kad;

import org.jspecify.annotations.NullMarked;
