/**
 * Takes the whole node out into one file and brings it back: all logs with their bodies, the credentials, the API keys, the
 * audit. The private keys of node and issuer stay where they are.
 */
@NullMarked
package dev.grapevine.node.backup;

import org.jspecify.annotations.NullMarked;
