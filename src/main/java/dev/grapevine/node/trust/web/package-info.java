/** Trust and admission over HTTP. */
@NullMarked
package dev.grapevine.node.trust.web;

import org.jspecify.annotations.NullMarked;
