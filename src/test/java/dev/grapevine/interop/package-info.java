/** Grapevine against peers that nobody here wrote: js-libp2p from npm, as {@code interop/} pins it. */
@NullMarked
package dev.grapevine.interop;

import org.jspecify.annotations.NullMarked;
