/** Backs the node up and restores it by HTTP. */
@NullMarked
package dev.grapevine.node.backup.web;

import org.jspecify.annotations.NullMarked;
