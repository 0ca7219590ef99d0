@NullMarked
package dev.grapevine.node.storage;

import org.jspecify.annotations.NullMarked;
