/** What a node says when it cannot start: a problem and its remedy, without a stack trace. Every module may throw it. */
@NullMarked
package dev.grapevine.node.start;

import org.jspecify.annotations.NullMarked;
