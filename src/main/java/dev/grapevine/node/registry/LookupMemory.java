package dev.grapevine.node.registry;

import dev.grapevine.node.registry.Answer.ProfileKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers by username, up to a number of bytes: beyond it, those used longest ago go. It forgets what changes concern, and
 * does not take in what was read before a change that concerns it. Knows neither the database nor the time; safe for use by several
 * threads.
 */
final class LookupMemory implements ChangeMemory {

    /** Of an answer without its bytes: name, tag, objects and places in tables, with compressed references. */
    static final int ANSWER_OVERHEAD_BYTES = 256;

    /** Of each profile that an answer shows: its key, and the way from it to the username. */
    static final int PROFILE_OVERHEAD_BYTES = 216;

    private final long maxBytes;
    private final LinkedHashMap<String, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<ProfileKey, String> usernames = new HashMap<>();
    private final Set<Load> loads = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;
    private long hits;
    private long misses;

    LookupMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The answer, if it is remembered and holds at this moment. */
    synchronized @Nullable Answer get(String username, long nowMillis) {
        Answer answer = answers.get(username);
        if (answer != null && answer.holdsAt(nowMillis)) {
            hits++;
            return answer;
        }
        forget(username);
        misses++;
        return null;
    }

    /** To be called before the database is asked for what is not remembered. */
    synchronized Load load() {
        Load load = new Load();
        loads.add(load);
        return load;
    }

    /**
     * Forgets what changes concern. A profile may have had another username before, which the change does not tell: that one
     * is found by the profile. A profile that is not shown under a username may come to be, which the username tells.
     */
    @Override
    public synchronized void forget(List<AppliedChange> changes) {
        for (AppliedChange change : changes) {
            if (isInNoAnswer(change)) {
                continue;
            }
            if (change.profileId().isEmpty()) {
                forgetAll(); // an issuer's name stands in all its attestations
                return;
            }
            ProfileKey profile =
                    new ProfileKey(change.issuer(), change.profileId().get());
            change.username().ifPresent(this::forget);
            String before = usernames.get(profile);
            if (before != null) {
                forget(before);
            }
            for (Load load : loads) {
                load.profiles.add(profile);
                change.username().ifPresent(load.usernames::add);
            }
        }
    }

    /** Of an issuer that is not shown, or whose log has just begun and has no profiles yet. */
    private static boolean isInNoAnswer(AppliedChange change) {
        return change.kind() == AppliedChange.Kind.HIDDEN
                || (change.kind() == AppliedChange.Kind.ISSUER_DESCRIBED && change.sequence() == 0);
    }

    @Override
    public synchronized void forgetAll() {
        answers.clear();
        usernames.clear();
        bytes = 0;
        loads.forEach(load -> load.outdated = true);
    }

    /** An estimate of what is held. */
    synchronized long bytes() {
        return bytes;
    }

    synchronized int size() {
        return answers.size();
    }

    long maxBytes() {
        return maxBytes;
    }

    /** Questions so far that were answered. */
    synchronized long hits() {
        return hits;
    }

    /** Questions so far that were not. */
    synchronized long misses() {
        return misses;
    }

    private void forget(String username) {
        Answer answer = answers.remove(username);
        if (answer != null) {
            bytes -= weight(username, answer);
            answer.profiles().forEach(profile -> usernames.remove(profile, username));
        }
    }

    private void keep(String username, Answer answer) {
        forget(username);
        for (ProfileKey profile : answer.profiles()) {
            String other = usernames.put(profile, username);
            if (other != null) {
                forget(other); // read before the profile got this username
            }
        }
        answers.put(username, answer);
        bytes += weight(username, answer);
        Iterator<Map.Entry<String, Answer>> eldest = answers.entrySet().iterator();
        while (bytes > maxBytes) {
            Map.Entry<String, Answer> entry = eldest.next();
            eldest.remove();
            bytes -= weight(entry.getKey(), entry.getValue());
            entry.getValue().profiles().forEach(profile -> usernames.remove(profile, entry.getKey()));
        }
    }

    private static long weight(String username, Answer answer) {
        return ANSWER_OVERHEAD_BYTES
                + username.length()
                + answer.attestations().length
                + (long) PROFILE_OVERHEAD_BYTES * answer.profiles().size();
    }

    /** What is being read from the database. Changes that become known meanwhile may or may not be in it. */
    final class Load implements AutoCloseable {

        private final Set<String> usernames = new HashSet<>();
        private final Set<ProfileKey> profiles = new HashSet<>();
        private boolean outdated;

        private Load() {}

        /** Remembers an answer that was read, unless a change concerns it, or it is but a part. */
        void keep(String username, Answer answer) {
            synchronized (LookupMemory.this) {
                if (answer.whole()
                        && !outdated
                        && !usernames.contains(username)
                        && Collections.disjoint(answer.profiles(), profiles)) {
                    LookupMemory.this.keep(username, answer);
                }
            }
        }

        /** To be called when everything is read, or nothing more will come. */
        @Override
        public void close() {
            synchronized (LookupMemory.this) {
                loads.remove(this);
            }
        }
    }
}
