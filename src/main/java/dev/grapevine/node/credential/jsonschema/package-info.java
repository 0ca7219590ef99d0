/**
 * JSON Schemas (2020-12) that anybody may have written, applied to JSON at a bounded cost. Knows nothing of credentials, and
 * nothing of the network: what a schema refers to outside of itself is not loaded.
 */
@NullMarked
package dev.grapevine.node.credential.jsonschema;

import org.jspecify.annotations.NullMarked;
