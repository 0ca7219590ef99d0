/** Nodes as separate processes: what holds when they are started, killed and started again. */
package dev.grapevine.it;
