/** What modules that speak SQL share: rows in bulk. Tables and statements live in the modules that own them. */
@NullMarked
package dev.grapevine.node.sql;

import org.jspecify.annotations.NullMarked;
