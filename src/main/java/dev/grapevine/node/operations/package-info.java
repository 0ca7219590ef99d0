/**
 * What operators see of a node beside its API: traces, the check of its configuration, how it stops. An edge: nobody knows it.
 * Metrics stand with what they count.
 */
@NullMarked
package dev.grapevine.node.operations;

import org.jspecify.annotations.NullMarked;
