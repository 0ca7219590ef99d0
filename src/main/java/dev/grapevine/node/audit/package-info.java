/**
 * Who has changed what on this node: an append-only record without personal data. Modules hand in what they do, in the
 * transaction in which they do it; what was refused changed nothing and is not recorded.
 */
@NullMarked
package dev.grapevine.node.audit;

import org.jspecify.annotations.NullMarked;
