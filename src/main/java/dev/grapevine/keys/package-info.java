/**
 * The key files of a node and its issuer, plain or encrypted, for the node and for the command line alike. Knows nothing of
 * logs and signs no events: it says what stands in a file, and changes files so that no crash loses a key. And the public keys
 * that sign credentials, by their DIDs, and what DID documents say of them; nothing is loaded here.
 */
@NullMarked
package dev.grapevine.keys;

import org.jspecify.annotations.NullMarked;
