package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.EventLog.MissingBody;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a node has committed: a database in memory, which outlives the process that writes to it. */
public final class ModelledDisk {

    private final Map<IssuerId, Log> logs = new LinkedHashMap<>();

    /** One issuer's log, and what it amounts to. */
    public static final class Log {
        private final IssuerId issuer;
        private final List<SignedEvent> events;
        private final Set<Long> checked;
        private final Map<UUID, ProfileRow> rows;
        private Optional<ForkProof> fork;
        private @Nullable LogHead head;

        private Log(IssuerId issuer) {
            this.issuer = issuer;
            this.events = new ArrayList<>();
            this.checked = new HashSet<>();
            this.rows = new TreeMap<>();
            this.fork = Optional.empty();
        }

        private Log(Log other) {
            this.issuer = other.issuer;
            this.events = new ArrayList<>(other.events);
            this.checked = new HashSet<>(other.checked);
            this.rows = new TreeMap<>(other.rows);
            this.fork = other.fork;
            this.head = other.head;
        }

        public IssuerId issuer() {
            return issuer;
        }

        /** All that is held, what follows a fork included. */
        public List<SignedEvent> held() {
            return events;
        }

        /** The log: what is held before the lowest proven fork. */
        public List<SignedEvent> events() {
            int end = Math.toIntExact(Math.min(events.size(), frozenAt().orElse(Long.MAX_VALUE)));
            return events.subList(0, end);
        }

        public Optional<Long> frozenAt() {
            return fork.map(ForkProof::sequence);
        }

        public Optional<ForkProof> fork() {
            return fork;
        }

        /** Whether the log is held up to the fork, and is the one that the fork follows. */
        boolean follows(ForkProof proof) {
            long point = proof.sequence();
            return point <= events().size()
                    && (point == 0
                            || Optional.of(events.get(Math.toIntExact(point - 1))
                                            .hash())
                                    .equals(proof.previous()));
        }

        void freeze(ForkProof proof) {
            fork = Optional.of(proof);
            if (proof.sequence() == 0) {
                head = null;
                return;
            }
            LogKeys keys = keysAt(proof.sequence());
            SignedEvent last = events.get(Math.toIntExact(proof.sequence() - 1));
            if (last.signer().equals(keys.current())) {
                checked.add(last.sequence());
            }
            head = headAfter(last, keys);
        }

        /** The keys that sign the event at a sequence. */
        LogKeys keysAt(long sequence) {
            LogKeys keys = LogKeys.ofUnknown(issuer);
            for (SignedEvent event : events.subList(0, Math.toIntExact(sequence))) {
                keys = keys.after(event.event());
            }
            return keys;
        }

        public Optional<LogHead> head() {
            return Optional.ofNullable(head);
        }

        private LogHead headAfter(SignedEvent last, LogKeys keys) {
            return new LogHead(
                    issuer, last.sequence(), last.hash(), last.event().occurredAtMillis(), keys);
        }

        /** As peers compare it: a frozen log differs from the same one that is not. */
        Optional<LogHead> compared() {
            if (fork.isEmpty()) {
                return head();
            }
            LogHead end =
                    head().orElseGet(() -> new LogHead(issuer, 0, FrontierTree.EMPTY, 0, LogKeys.ofUnknown(issuer)));
            return Optional.of(new LogHead(
                    issuer,
                    end.sequence(),
                    Hash.of(end.hash().bytes(), new byte[] {1}),
                    end.occurredAtMillis(),
                    end.keys()));
        }

        /** Adds an event that continues the log, and its effect. */
        void append(LogEntry entry, boolean signatureChecked) {
            LogKeys keys = head == null ? LogKeys.ofUnknown(issuer) : head.keys();
            head = headAfter(entry.event(), keys.after(entry.event().event()));
            events.add(entry.event());
            if (signatureChecked) {
                checked.add(entry.event().sequence());
            }
            if (entry.event().event().change() instanceof Change.OfProfile change) {
                ProfileRow.apply(
                                Optional.ofNullable(rows.get(change.profileId())),
                                1,
                                entry.event().event(),
                                new ReadEntry(entry)::opened)
                        .ifPresent(row -> rows.put(change.profileId(), row));
            }
        }

        Map<UUID, ProfileRow> rows() {
            return rows;
        }

        public Set<UUID> profiles() {
            return rows.keySet();
        }

        public boolean isErased(UUID profileId) {
            return rows.containsKey(profileId)
                    && rows.get(profileId).state().erased().isPresent();
        }

        public boolean isFinal(UUID profileId) {
            return isErased(profileId) || rows.get(profileId).state().revoked().isPresent();
        }

        /** Whether anything of a person is left. */
        public boolean hasBody(UUID profileId) {
            ProfileRow row = rows.get(profileId);
            return row != null && (row.opening().isPresent() || row.username().isPresent());
        }

        public Optional<Opening> body(UUID profileId) {
            return Optional.ofNullable(rows.get(profileId)).flatMap(ProfileRow::opening);
        }

        /** What the log amounts to, as its events alone say. */
        public boolean isWhatItsEventsSay() {
            Map<UUID, ProfileRow> folded = new TreeMap<>();
            for (SignedEvent event : events) {
                if (event.event().change() instanceof Change.OfProfile change) {
                    ProfileRow.apply(
                                    Optional.ofNullable(folded.get(change.profileId())),
                                    1,
                                    event.event(),
                                    Optional::empty)
                            .ifPresent(row -> folded.put(change.profileId(), row));
                }
            }
            return folded.keySet().equals(rows.keySet())
                    && folded.entrySet().stream()
                            .allMatch(entry -> entry.getValue()
                                    .state()
                                    .equals(rows.get(entry.getKey()).state()));
        }

        /** Entries from a sequence on, up to a signature that was checked, with the bodies of current versions. */
        public List<LogEntry> range(long from, int events) {
            List<LogEntry> entries = new ArrayList<>();
            List<LogEntry> whole = List.of();
            for (SignedEvent event : events().stream().skip(from).toList()) {
                entries.add(new LogEntry(event, opening(event)));
                if (checked.contains(event.sequence())) {
                    whole = List.copyOf(entries);
                    if (entries.size() >= events) {
                        break;
                    }
                }
            }
            return whole;
        }

        private Optional<Opening> opening(SignedEvent event) {
            return event.event().change() instanceof Change.Version version
                    ? Optional.ofNullable(rows.get(version.profileId()))
                            .filter(row -> row.state().versionSequence() == event.sequence())
                            .flatMap(ProfileRow::opening)
                    : Optional.empty();
        }
    }

    /** A backup. */
    public ModelledDisk copy() {
        ModelledDisk copy = new ModelledDisk();
        logs.forEach((issuer, log) -> copy.logs.put(issuer, new Log(log)));
        return copy;
    }

    public Optional<Log> log(IssuerId issuer) {
        return Optional.ofNullable(logs.get(issuer));
    }

    /** A log of these entries. */
    public Log logOf(IssuerId issuer, List<LogEntry> entries) {
        Log log = begun(issuer);
        entries.forEach(entry -> log.append(entry, true));
        return log;
    }

    Log begun(IssuerId issuer) {
        return logs.computeIfAbsent(issuer, Log::new);
    }

    public Collection<Log> logs() {
        return logs.values();
    }

    /** Current versions whose bodies are not held, of what no fork makes void. */
    public List<MissingBody> missingBodies() {
        return logs.values().stream()
                .flatMap(log -> log.rows.values().stream()
                        .filter(row -> row.opening().isEmpty()
                                && row.state().erased().isEmpty()
                                && row.state().versionSequence()
                                        < log.frozenAt().orElse(Long.MAX_VALUE))
                        .map(row -> new MissingBody(log.issuer, row.state().profileId())))
                .toList();
    }

    /** As {@link RegistryDigest}: of a frozen log, what nodes agree on is its end. */
    public Hash digest() {
        List<byte[]> parts = new ArrayList<>();
        logs.values().stream()
                .filter(log -> log.compared().isPresent())
                .sorted(Comparator.comparing(log -> log.issuer.did()))
                .forEach(log -> {
                    parts.add(FrontierTree.content(log.compared().orElseThrow()));
                    if (log.fork.isEmpty()) {
                        log.rows
                                .values()
                                .forEach(row -> parts.add(DigestRecord.profile(
                                        log.issuer, row.state(), row.opening().map(Opening::commitment))));
                    }
                });
        return Hash.of(parts.toArray(byte[][]::new));
    }
}
