/** What modules that speak SQL share: rows in bulk, many requests in one statement, and what errors mean. Tables and statements live in the modules that own them. */
@NullMarked
package dev.grapevine.node.sql;

import org.jspecify.annotations.NullMarked;
