/** Shows the audit to operators. */
@NullMarked
package dev.grapevine.node.audit.web;

import org.jspecify.annotations.NullMarked;
