/**
 * The kinds of problems (RFC 9457) that the API answers with, in one list, so that each is sure to have its page in
 * docs/problems. Who makes a problem and when is the modules' matter; everybody may know this package, and it knows nobody.
 */
@NullMarked
package dev.grapevine.node.problem;

import org.jspecify.annotations.NullMarked;
