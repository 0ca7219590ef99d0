/** Peer discovery on the local network by multicast DNS. Who is found goes into the address book; nobody is dialled here. */
@NullMarked
package dev.grapevine.libp2p.mdns;

import org.jspecify.annotations.NullMarked;
