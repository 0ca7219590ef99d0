/**
 * Where PostgreSQL comes from: a configured server, or an embedded one in the data directory. Brings the schema up to date,
 * refuses a server that could lose what it has acknowledged, and hands out connections. Knows no table.
 */
@NullMarked
package dev.grapevine.node.storage;

import org.jspecify.annotations.NullMarked;
