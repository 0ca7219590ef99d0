/** The pages that explain the kinds of problems, where their types point to. */
@NullMarked
package dev.grapevine.node.problem.web;

import org.jspecify.annotations.NullMarked;
