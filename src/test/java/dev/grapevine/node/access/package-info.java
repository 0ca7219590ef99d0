@NullMarked
package dev.grapevine.node.access;

import org.jspecify.annotations.NullMarked;
