/**
 * Which issuers count, and how much: trusted, known, blocked; and how much of issuers that are not trusted is taken in. What
 * that means for logs and lookups is done by {@code registry}, which also keeps the tables.
 */
@NullMarked
package dev.grapevine.node.trust;

import org.jspecify.annotations.NullMarked;
