/** The command line: starts a node, imports a roster, runs the demo. Talks to nodes over HTTP alone. */
@NullMarked
package dev.grapevine.cli;

import org.jspecify.annotations.NullMarked;
