/** Tests of the registry against a real PostgreSQL. */
@NullMarked
package dev.grapevine.node.registry;

import org.jspecify.annotations.NullMarked;
