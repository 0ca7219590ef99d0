/**
 * Loads documents of other hosts for whoever verifies credentials: status lists, schemas and DID documents. Strangers choose the URLs, so it goes to
 * public addresses alone, and bounds time, size and redirects.
 */
@NullMarked
package dev.grapevine.node.fetch;

import org.jspecify.annotations.NullMarked;
