/** What this machine offers for sockets: its kernel's own interface where there is one, and its network interfaces. */
@NullMarked
package dev.grapevine.libp2p.sockets;

import org.jspecify.annotations.NullMarked;
