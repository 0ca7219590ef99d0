/**
 * The convergence drill: real nodes in processes of their own, over links that lose and cut, that are killed and come back;
 * {@code lab/converge} runs it at full size, {@code ConvergeIT} a small one. Nothing here is part of the product.
 */
@NullMarked
package dev.grapevine.lab;

import org.jspecify.annotations.NullMarked;
