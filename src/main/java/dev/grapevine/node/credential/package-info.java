/**
 * Verifiable credentials (W3C VCDM 2.0, and 1.1): issued and verified by each {@code Cryptosuite} and as JWTs; and SD-JWT credentials. Declares {@link
 * dev.grapevine.node.credential.RegistryCheck} and knows nothing of logs and databases.
 */
@NullMarked
package dev.grapevine.node.credential;

import org.jspecify.annotations.NullMarked;
