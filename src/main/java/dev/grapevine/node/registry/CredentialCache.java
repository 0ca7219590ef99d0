package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.Answer.ProfileKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Public credentials of other issuers, one a profile, in memory alone so that an erasure leaves nothing on a disk. Those used
 * longest ago go first. A revocation leaves them; a newer version and an erasure do not. Whether a credential may be shown is
 * the database's to say, each time. Safe for use by several threads.
 */
final class CredentialCache implements ChangeMemory {

    static final long MAX_BYTES = 16L * 1024 * 1024;

    /** Of an entry without its credential. */
    static final int ENTRY_OVERHEAD_BYTES = 320;

    private final LinkedHashMap<ProfileKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Hash, ProfileKey> profiles = new HashMap<>();
    private long bytes;

    private record Entry(Hash digest, byte[] json) {

        long weight() {
            return (long) ENTRY_OVERHEAD_BYTES + json.length;
        }
    }

    synchronized void keep(ProfileKey profile, Hash digest, byte[] json) {
        remove(profile);
        ProfileKey other = profiles.put(digest, profile);
        if (other != null) {
            remove(other); // two profiles name one credential: the newer one has it
            profiles.put(digest, profile);
        }
        Entry entry = new Entry(digest, json);
        entries.put(profile, entry);
        bytes += entry.weight();
        Iterator<Entry> eldest = entries.values().iterator();
        while (bytes > MAX_BYTES) {
            Entry gone = eldest.next();
            eldest.remove();
            profiles.remove(gone.digest);
            bytes -= gone.weight();
        }
    }

    synchronized byte @Nullable [] get(Hash digest) {
        ProfileKey profile = profiles.get(digest);
        Entry entry = profile == null ? null : entries.get(profile);
        return entry == null ? null : entry.json;
    }

    synchronized void remove(ProfileKey profile) {
        Entry entry = entries.remove(profile);
        if (entry != null) {
            profiles.remove(entry.digest);
            bytes -= entry.weight();
        }
    }

    @Override
    public synchronized void forget(List<AppliedChange> changes) {
        for (AppliedChange change : changes) {
            if (change.kind() == AppliedChange.Kind.TRUST_CHANGED) {
                forgetAll(); // of an issuer that is not shown any more no erasure will be told
                return;
            }
            boolean outdated =
                    change.kind() == AppliedChange.Kind.ERASED || change.kind() == AppliedChange.Kind.UPDATED;
            change.profileId().filter(id -> outdated).ifPresent(id -> remove(new ProfileKey(change.issuer(), id)));
        }
    }

    @Override
    public synchronized void forgetAll() {
        entries.clear();
        profiles.clear();
        bytes = 0;
    }

    /** An estimate of what is held. */
    synchronized long bytes() {
        return bytes;
    }

    synchronized int size() {
        return entries.size();
    }
}
