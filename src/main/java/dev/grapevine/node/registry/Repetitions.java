package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.PublishBatch.Decision;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which requests of a batch were done before: as records say, or earlier in the batch. A refused one was not done. */
final class Repetitions {

    private final Map<Hash, OnceRecords.Recorded> recorded;
    private final Map<Hash, Here> here = new HashMap<>();

    private record Here(Once once, PublishRequest request) {}

    Repetitions(Map<Hash, OnceRecords.Recorded> recorded) {
        this.recorded = recorded;
    }

    /** What becomes of a request that was sent before; empty if it was not. */
    Optional<Decision> of(PublishRequest request) {
        return request.once().flatMap(once -> {
            OnceRecords.Recorded before = recorded.get(once.record());
            if (before != null) {
                return Optional.of(
                        before.request().equals(once.request())
                                ? new Decision.Repeated(before.answer())
                                : new Decision.Refused(PublishOutcome.Reason.KEY_USED));
            }
            return Optional.ofNullable(here.get(once.record()))
                    .map(first -> first.once.request().equals(once.request())
                            ? new Decision.SameAs(first.request)
                            : new Decision.Refused(PublishOutcome.Reason.KEY_USED));
        });
    }

    /** What is said to a request whose record is there. */
    static PublishOutcome outcome(OnceRecords.Recorded before, Once once) {
        return before.request().equals(once.request())
                ? new PublishOutcome.Repeated(before.answer())
                : new PublishOutcome.Refused(PublishOutcome.Reason.KEY_USED);
    }

    /** From here on, the same request is a repetition. */
    void done(PublishRequest request) {
        request.once().ifPresent(once -> here.put(once.record(), new Here(once, request)));
    }
}
