/**
 * The edge of the HTTP API: who may call what, and what an error looks like. Nothing imports it; other modules throw
 * Spring's {@code ErrorResponseException} and know nothing of security.
 */
@NullMarked
package dev.grapevine.node.access;

import org.jspecify.annotations.NullMarked;
