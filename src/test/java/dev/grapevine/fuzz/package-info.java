/** Whatever reads what strangers wrote takes or refuses it, and nothing else: for {@code lab/fuzz}, and for the corpus that it has left. */
@NullMarked
package dev.grapevine.fuzz;

import org.jspecify.annotations.NullMarked;
