/**
 * The persistent registry: publishes this node's profiles, takes in the events of others, and looks profiles up. What is
 * shown is a function of the logs and of the bodies held, never of the order in which they came. How events travel lives
 * in {@code network}.
 */
@NullMarked
package dev.grapevine.node.registry;

import org.jspecify.annotations.NullMarked;
