/** The profile endpoints: publish, import, update, revoke, erase, look up; and the list of issuers. */
@NullMarked
package dev.grapevine.node.registry.web;

import org.jspecify.annotations.NullMarked;
