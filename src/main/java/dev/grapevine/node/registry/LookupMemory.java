package dev.grapevine.node.registry;

import dev.grapevine.node.registry.Answer.ProfileKey;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers by username, up to a number of bytes: beyond it, those read longest ago go. It forgets what changes concern, and
 * does not take in what was read before a change that concerns it. Knows neither the database nor the time; safe for use by several
 * threads.
 */
final class LookupMemory implements ChangeMemory {

    private static final int BLOCK_BYTES = 1024 * 1024;

    private static final byte[] NOWHERE = {};

    private final LinkedHashMap<String, Remembered> answers = new LinkedHashMap<>();
    private final Map<ProfileKey, String> usernames = new HashMap<>();
    private final Set<Load> loads = Collections.newSetFromMap(new IdentityHashMap<>());
    private final AnswerBytes bytes;
    private long hits;
    private long misses;

    /** @param maxBytes outside the heap, rounded up to MiB; half as much again may stand in it */
    LookupMemory(long maxBytes) {
        this(BLOCK_BYTES, Math.toIntExact(Math.ceilDiv(maxBytes, BLOCK_BYTES)));
    }

    LookupMemory(int blockBytes, int maxBlocks) {
        bytes = new AnswerBytes(blockBytes, maxBlocks, this::forgetBlock);
    }

    /** @param bare the answer without its attestations, which stand elsewhere */
    private record Remembered(Answer bare, AnswerBytes.Place attestations) {}

    /** The answer, if it is remembered and holds at this moment. */
    synchronized @Nullable Answer get(String username, long nowMillis) {
        Remembered remembered = answers.get(username);
        if (remembered != null && remembered.bare.holdsAt(nowMillis)) {
            hits++;
            return remembered.bare.withAttestations(remembered.attestations.read());
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
        bytes.clear();
        loads.forEach(load -> load.outdated = true);
    }

    /** What is taken outside the heap. */
    synchronized long bytes() {
        return bytes.bytes();
    }

    synchronized int size() {
        return answers.size();
    }

    long maxBytes() {
        return bytes.maxBytes();
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
        Remembered remembered = answers.remove(username);
        if (remembered != null) {
            remembered.attestations.wipe();
            remembered.bare.profiles().forEach(profile -> usernames.remove(profile, username));
        }
    }

    /** Its answers are those that were read longest ago. */
    private void forgetBlock(int block) {
        while (!answers.isEmpty()
                && answers.firstEntry().getValue().attestations.block() == block) {
            forget(answers.firstEntry().getKey());
        }
    }

    private void keep(String username, Answer answer) {
        forget(username);
        AnswerBytes.Place attestations = bytes.put(answer.attestations());
        if (attestations == null) {
            return;
        }
        for (ProfileKey profile : answer.profiles()) {
            String other = usernames.put(profile, username);
            if (other != null) {
                forget(other); // read before the profile got this username
            }
        }
        answers.put(username, new Remembered(answer.withAttestations(NOWHERE), attestations));
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
