package dev.grapevine.node.profile;

import java.util.Optional;

/** Where a run stands beside the log that is held. Says nothing of signatures. */
public sealed interface Placement {

    /** It continues the log; what was held of it already is cut off. */
    record Next(Run run) implements Placement {}

    /** All of it is held. */
    record Held() implements Placement {}

    /** It ends below the head: held, or in conflict, according to the hash that is stored at its last sequence. */
    record Older() implements Placement {}

    /** Events are missing between the head and it: from this sequence up to the run's first. */
    record Gap(long missingFrom) implements Placement {}

    /** Its history is not ours: at the latest at this sequence it has another event than the log. */
    record Conflict(long sequence) implements Placement {}

    /** It continues the log but breaks a rule of logs. */
    record Invalid(String rule) implements Placement {}

    /** @param head the log that is held; empty for none of it */
    static Placement of(Optional<LogHead> head, Run run) {
        long next = head.map(held -> held.sequence() + 1).orElse(0L);
        if (run.first().sequence() > next) {
            return new Gap(next);
        }
        return head.map(held -> beside(held, run)).orElseGet(() -> new Next(run));
    }

    private static Placement beside(LogHead head, Run run) {
        long last = run.last().sequence();
        if (last < head.sequence()) {
            return new Older();
        }
        if (!run.hashAt(head.sequence()).equals(Optional.of(head.hash()))) {
            return new Conflict(head.sequence());
        }
        if (last == head.sequence()) {
            return new Held();
        }
        Run fresh = run.after(head.sequence());
        return fresh.first().event().occurredAtMillis() < head.occurredAtMillis()
                ? new Invalid("event " + fresh.first().sequence() + " occurred before the one before it")
                : new Next(fresh);
    }
}
