/**
 * Who the node and its issuer are: their key files, {@code did:key}, and the settings that name them. Signs nothing
 * itself and keeps no key but the node's own.
 */
@NullMarked
package dev.grapevine.node.identity;

import org.jspecify.annotations.NullMarked;
