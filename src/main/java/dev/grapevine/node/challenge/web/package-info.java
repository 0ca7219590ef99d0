/** Challenges over HTTP. */
@NullMarked
package dev.grapevine.node.challenge.web;

import org.jspecify.annotations.NullMarked;
