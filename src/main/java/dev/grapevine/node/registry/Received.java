package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.Run;
import java.util.List;

/**
 * A run that came from a peer and is authentic, as far as its keys are those in force.
 *
 * @param run what may be applied
 * @param keys what it was judged with
 * @param after the keys in force after it, if those before it were right
 * @param entries the run's events with the bodies that came along
 * @param from the peer
 */
record Received(Run run, LogKeys keys, LogKeys after, List<LogEntry> entries, PeerId from) {

    /** What it weighs in a queue. */
    int bytes() {
        return entries.stream().mapToInt(LogEntry::messageBytes).sum();
    }

    /** The entries from a sequence on. */
    List<LogEntry> entriesFrom(long sequence) {
        return entries.subList(
                Math.toIntExact(sequence - entries.getFirst().event().sequence()), entries.size());
    }
}
