/**
 * The status lists of this node's issuer (W3C Bitstring Status List): who gets which place, what is set, and the lists as they are
 * published. What a list means for a credential is the module credential's to say; which credential a profile has, the registry's.
 */
@NullMarked
package dev.grapevine.node.status;

import org.jspecify.annotations.NullMarked;
