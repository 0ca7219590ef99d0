/** Noise XX (specification noise): secures a stream, and proves who is at its other end. */
@NullMarked
package dev.grapevine.libp2p.noise;

import org.jspecify.annotations.NullMarked;
