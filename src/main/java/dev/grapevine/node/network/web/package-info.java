/** The network's endpoints. */
@NullMarked
package dev.grapevine.node.network.web;

import org.jspecify.annotations.NullMarked;
