/** The Spring Boot application: one node of a Grapevine network. */
@NullMarked
package dev.grapevine.node;

import org.jspecify.annotations.NullMarked;
