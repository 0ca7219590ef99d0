/**
 * Profile events and issuer logs: making, signing, reading and judging them (design §4). Pure: no database, no network,
 * no clock and no Spring; every rule here must give the same answer on every node, for ever.
 */
@NullMarked
package dev.grapevine.node.profile;

import org.jspecify.annotations.NullMarked;
