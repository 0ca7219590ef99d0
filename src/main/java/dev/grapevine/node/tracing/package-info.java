/**
 * What belongs together: the trace (W3C Trace Context) of the request that brought an event, on every node that the event
 * touches. Who makes traces, and where spans are sent, is told elsewhere ({@code operations}).
 */
@NullMarked
package dev.grapevine.node.tracing;

import org.jspecify.annotations.NullMarked;
