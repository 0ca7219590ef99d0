@NullMarked
package dev.grapevine.node.trust;

import org.jspecify.annotations.NullMarked;
