package dev.grapevine.lab;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What one issuer's node has acknowledged: what every node must show in the end. */
final class Ledger {

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, Boolean> erasedIds = new ConcurrentHashMap<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();

    /**
     * What is to be found under a username.
     *
     * @param version of the content
     * @param sequence of the event that states it
     * @param profiles that there are, not erased; only the last one is shown
     * @param ids of those, as far as the answers named them
     */
    record Entry(Status status, int version, long sequence, int profiles, List<String> ids) {}

    enum Status {
        ACTIVE,
        REVOKED,
        ERASED
    }

    /**
     * Notes that a publish or an update was acknowledged.
     *
     * @param profileId empty where the answer has not named it
     */
    void published(Op op, long sequence, Optional<String> profileId) {
        acknowledged(1);
        entries.compute(op.username(), (username, before) -> {
            boolean newProfile = op.kind() == Op.Kind.PUBLISH;
            int profiles = before == null || before.status == Status.ERASED ? 0 : before.profiles;
            List<String> ids = new ArrayList<>(profiles == 0 || before == null ? List.of() : before.ids);
            profileId.filter(id -> !ids.contains(id)).ifPresent(ids::add);
            return new Entry(Status.ACTIVE, op.version(), sequence, profiles + (newProfile ? 1 : 0), List.copyOf(ids));
        });
    }

    void revoked(Op op) {
        acknowledged(1);
        entries.computeIfPresent(
                op.username(),
                (username, before) ->
                        new Entry(Status.REVOKED, before.version, before.sequence, before.profiles, before.ids));
    }

    /**
     * Notes that an erasure was acknowledged: of every profile of the username.
     *
     * @param shownId the id of the profile that was shown before, where it is known
     */
    void erased(Op op, Optional<String> shownId) {
        entries.computeIfPresent(op.username(), (username, before) -> {
            before.ids.forEach(id -> erasedIds.put(id, true));
            shownId.ifPresent(id -> erasedIds.put(id, true));
            acknowledged(before.profiles);
            return new Entry(Status.ERASED, before.version, before.sequence, 0, List.of());
        });
    }

    private void acknowledged(int eventsOfIt) {
        acknowledged.incrementAndGet();
        events.addAndGet(eventsOfIt);
    }

    /** How many operations were acknowledged. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many events they are in the issuer's log, beside the first one, which describes the issuer. */
    int events() {
        return events.get();
    }

    Collection<String> usernames() {
        return entries.keySet();
    }

    /** What is to be found; empty where nothing is. */
    Optional<Entry> shown(String username) {
        return Optional.ofNullable(entries.get(username)).filter(entry -> entry.status != Status.ERASED);
    }

    /** Ids of profiles that were erased. */
    Collection<String> erasedIds() {
        return erasedIds.keySet();
    }
}
