/** Challenges that verifiers hand to holders, each good for one presentation (VC-API, Create Challenge). */
@NullMarked
package dev.grapevine.node.challenge;

import org.jspecify.annotations.NullMarked;
