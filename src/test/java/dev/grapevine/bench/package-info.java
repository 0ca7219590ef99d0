/**
 * Benchmarks of whole nodes in processes of their own, each beside its limit or peer in the same run; {@code bench/run}
 * starts them. Nothing here is part of the product, and nothing here is a test.
 */
@NullMarked
package dev.grapevine.bench;

import org.jspecify.annotations.NullMarked;
