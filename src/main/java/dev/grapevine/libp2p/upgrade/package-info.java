/** Makes a connection of streams out of one raw stream: negotiates how it is secured, and how it is multiplexed. */
@NullMarked
package dev.grapevine.libp2p.upgrade;

import org.jspecify.annotations.NullMarked;
