package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.Run;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import java.util.Set;

/**
 * A run that came from a peer and is authentic, as far as its keys are those in force.
 *
 * @param run what may be applied
 * @param keys what it was judged with
 * @param after the keys in force after it, if those before it were right
 * @param entries the run's events with the bodies that came along
 * @param from the peer
 */
record Received(Run run, LogKeys keys, LogKeys after, List<ReadEntry> entries, PeerId from) {

    /** What it weighs in a queue. */
    int bytes() {
        return entries.stream().mapToInt(read -> read.entry().messageBytes()).sum();
    }

    /** The entries from a sequence on. */
    List<ReadEntry> entriesFrom(long sequence) {
        return entries.subList(Math.toIntExact(sequence - run.first().sequence()), entries.size());
    }

    /** The traces that its entries name, each once. */
    Set<SpanContext> traces() {
        return ProfileMessage.traces(entries.stream().map(ReadEntry::entry).toList());
    }
}
