/** Grapevine and software that nobody here wrote: js-libp2p from npm, a browser, a linter of API descriptions, a generator of clients. */
@NullMarked
package dev.grapevine.interop;

import org.jspecify.annotations.NullMarked;
