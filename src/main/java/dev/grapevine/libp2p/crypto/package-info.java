/** Keys, peer ids and signed envelopes. Values only: no I/O and no key files. */
@NullMarked
package dev.grapevine.libp2p.crypto;

import org.jspecify.annotations.NullMarked;
