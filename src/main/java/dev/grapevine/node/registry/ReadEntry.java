package dev.grapevine.node.registry;

import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.ProfileRow.Opened;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An entry whose body is read once, when it is first asked for: that takes longer than all else that is done with it, and so
 * is done by the judge's threads.
 */
final class ReadEntry {

    private final LogEntry entry;
    private @Nullable Body body; // if two threads ask, they make the same

    private record Body(Optional<Opened> opened) {}

    ReadEntry(LogEntry entry) {
        this.entry = entry;
    }

    LogEntry entry() {
        return entry;
    }

    /** The body that opens the event's commitment, if it came along. */
    Optional<Opened> opened() {
        Body known = body;
        if (known == null) {
            known = new Body(entry.rightOpening().map(Opened::read));
            body = known;
        }
        return known.opened;
    }
}
