/**
 * JSON-LD 1.1 as far as credentials need it: from contexts that are part of Grapevine, without losses, to canonical RDF. Knows
 * nothing of credentials and their proofs, and nothing of the network.
 */
@NullMarked
package dev.grapevine.node.credential.jsonld;

import org.jspecify.annotations.NullMarked;
