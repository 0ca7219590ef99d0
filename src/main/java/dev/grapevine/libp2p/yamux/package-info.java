/** Yamux: many streams over one ordered, secured stream. Knows nothing of how that one came about. */
@NullMarked
package dev.grapevine.libp2p.yamux;

import org.jspecify.annotations.NullMarked;
