/** What names stand for: addresses by the system's resolver, texts by DNS. */
@NullMarked
package dev.grapevine.libp2p.dns;

import org.jspecify.annotations.NullMarked;
