package dev.grapevine.node.registry;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.AuditEntry;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.KeyRotation;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.ProfileIds;
import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.PublishOutcome.Effect;
import dev.grapevine.node.registry.PublishOutcome.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Decides what a batch of commands does to the issuer's log, one after the other, each beside what those before it have
 * done. Pure: it is given the head and the profiles concerned, and gives back the entries to append.
 */
final class PublishBatch {

    /** What became of one command, before it is told. */
    sealed interface Decision {
        /** @param version what was published; empty for all else */
        record Changed(Effect effect, UUID profileId, long sequence, Optional<Version> version) implements Decision {}

        record Refused(Reason reason) implements Decision {}

        /** Its credential was signed by a key that is no longer in force; it is to be made again. */
        record Stale() implements Decision {}

        /** It was done before. */
        record Repeated(Once.Answer answer) implements Decision {}

        /** It was done just before, in this batch. */
        record SameAs(PublishRequest first) implements Decision {}
    }

    /** A version that was published, and the profile's row with it. */
    record Version(Draft draft, ProfileRow row, Hash eventHash) {}

    private final IssuerIdentity identity;
    private final String network;
    private final long issuerRow;
    private final RandomGenerator random;
    private final Map<String, Map<UUID, OwnProfile>> profiles = new HashMap<>();
    private final List<LogEntry> entries = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();
    private final List<Changes.Row> changes = new ArrayList<>();
    private final Map<ProfileRow.Key, ProfileRow> before = new HashMap<>();
    private final Map<ProfileRow.Key, ProfileRow> after = new LinkedHashMap<>();
    private final Map<UUID, Draft> credentials = new LinkedHashMap<>();
    private PrivateKey key;
    private Optional<Hash> previous;
    private long sequence;
    private final Instant now;
    private final long occurredAt;
    private Actor actor = Actor.NODE;

    /**
     * @param row the issuer's, as locked
     * @param known all profiles of the usernames in the batch
     * @param key in force after the head
     * @param now by the clock; if it is behind the log, events take the log's last time
     */
    PublishBatch(
            IssuerIdentity identity,
            String network,
            IssuerRow row,
            PrivateKey key,
            Collection<OwnProfile> known,
            Instant now,
            RandomGenerator random) {
        this.identity = identity;
        this.network = network;
        this.issuerRow = row.id();
        this.key = key;
        this.random = random;
        this.now = now;
        Optional<LogHead> head = row.head();
        previous = head.map(LogHead::hash);
        sequence = head.map(LogHead::sequence).orElse(-1L);
        occurredAt =
                Math.max(now.toEpochMilli(), head.map(LogHead::occurredAtMillis).orElse(0L));
        for (OwnProfile own : known) {
            before.put(own.row().key(), own.row());
            own.row().username().ifPresent(username -> put(username, own));
        }
        if (row.head().isEmpty()) {
            describe(Optional.empty());
        }
    }

    Decision decide(PublishCommand command, Actor by) {
        actor = by;
        return switch (command) {
            case PublishCommand.Publish publish -> publish(publish.draft(), publish.mode());
            case PublishCommand.Revoke revoke -> revoke(revoke);
            case PublishCommand.Erase erase -> erase(erase.username());
        };
    }

    private Decision publish(Draft draft, PublishCommand.Mode mode) {
        if (!draft.credential().signer().equals(key.publicKey())) {
            return new Decision.Stale();
        }
        Optional<OwnProfile> there = shown(draft.username());
        boolean revoked = there.filter(OwnProfile::isRevoked).isPresent();
        if (there.isEmpty() && mode == PublishCommand.Mode.REPLACE) {
            return new Decision.Refused(Reason.UNKNOWN_USERNAME);
        }
        if (there.isPresent() && !revoked && mode == PublishCommand.Mode.CREATE) {
            return new Decision.Refused(Reason.USERNAME_TAKEN);
        }
        if (revoked && mode != PublishCommand.Mode.CREATE) {
            return new Decision.Refused(Reason.REVOKED);
        }
        if (there.isEmpty() || revoked) {
            UUID profileId = ProfileIds.random(random);
            return version(
                    Effect.PUBLISHED,
                    draft,
                    new Change.Published(profileId, draft.opening().commitment(), draft.validUntilMillis()));
        }
        OwnProfile profile = there.get();
        if (profile.contentDigest().filter(draft.contentDigest()::equals).isPresent()) {
            return unchanged(profile);
        }
        return version(
                Effect.UPDATED,
                draft,
                new Change.Updated(
                        profile.row().state().profileId(), draft.opening().commitment(), draft.validUntilMillis()));
    }

    private Decision version(Effect effect, Draft draft, Change.Version change) {
        SignedEvent event = append(draft.username(), change, Optional.of(draft), Optional.of(draft.contentDigest()));
        credentials.put(change.profileId(), draft);
        Version version = new Version(draft, row(change.profileId()), event.hash());
        return new Decision.Changed(effect, change.profileId(), sequence, Optional.of(version));
    }

    private Decision revoke(PublishCommand.Revoke command) {
        Optional<OwnProfile> there = shown(command.username());
        if (there.isEmpty()) {
            return new Decision.Refused(Reason.UNKNOWN_USERNAME);
        }
        OwnProfile profile = there.get();
        if (profile.isRevoked()) {
            return unchanged(profile);
        }
        UUID profileId = profile.row().state().profileId();
        append(
                command.username(),
                new Change.Revoked(profileId, command.reason()),
                Optional.empty(),
                profile.contentDigest());
        return new Decision.Changed(Effect.REVOKED, profileId, sequence, Optional.empty());
    }

    /** Everything that was ever published under the username, revoked versions too. */
    private Decision erase(String username) {
        List<UUID> all = List.copyOf(profiles.getOrDefault(username, Map.of()).keySet());
        for (UUID profileId : all) {
            append(username, new Change.Erased(profileId), Optional.empty(), Optional.empty());
            credentials.remove(profileId);
        }
        profiles.remove(username);
        return all.isEmpty()
                ? new Decision.Refused(Reason.UNKNOWN_USERNAME)
                : new Decision.Changed(Effect.ERASED, all.getLast(), sequence, Optional.empty());
    }

    /**
     * Says anew who the issuer is, where the log says otherwise. Done at a node's start alone: instances that share an issuer
     * but not its name would otherwise contradict each other in every batch.
     */
    void redescribe(IssuerRow row) {
        Change.IssuerDescribed description = description(row.head());
        boolean said = row.name().equals(description.name()) && row.didWeb().equals(description.didWeb());
        if (row.head().isPresent() && !said) {
            describe(row.head());
        }
    }

    private void describe(Optional<LogHead> head) {
        append("", description(head), Optional.empty(), Optional.empty());
    }

    /** Who the issuer is by this node's configuration; its recovery key by its log, once that has begun. */
    private Change.IssuerDescribed description(Optional<LogHead> head) {
        Hash recovery = head.flatMap(begun -> begun.keys().recoveryKeyDigest()).orElseGet(() -> recovery(identity));
        return new Change.IssuerDescribed(identity.name(), Optional.ofNullable(identity.didWeb()), recovery);
    }

    /** The digest of the recovery key, with which a log begins. */
    static Hash recovery(IssuerIdentity identity) {
        PublicKey recovery = identity.recoveryKey();
        if (recovery == null) {
            throw IssuerKeyException.noRecoveryKey(identity.id());
        }
        return Hash.of(recovery.encoded());
    }

    /** Another key signs from the next event on. */
    void rotate(PrivateKey next, Actor by) {
        actor = by;
        byte[] taken = KeyRotation.sign(next, network, identity.id(), sequence + 1, previous.orElseThrow());
        append("", new Change.KeyRotated(next.publicKey(), taken), Optional.empty(), Optional.empty());
        key = next;
    }

    private static Decision unchanged(OwnProfile profile) {
        return new Decision.Changed(
                Effect.UNCHANGED,
                profile.row().state().profileId(),
                profile.row().state().versionSequence(),
                Optional.empty());
    }

    private SignedEvent append(String username, Change change, Optional<Draft> draft, Optional<Hash> contentDigest) {
        sequence++;
        ProfileEvent event = new ProfileEvent(identity.id(), sequence, previous, occurredAt, change);
        SignedEvent signed = SignedEvent.sign(event, key, network);
        previous = Optional.of(signed.hash());
        entries.add(new LogEntry(signed, draft.map(Draft::opening)));
        audit.add(recorded(change));
        UUID profileId = change instanceof Change.OfProfile ofProfile ? ofProfile.profileId() : null;
        Changes.kind(change).ifPresent(kind -> changes.add(new Changes.Row(issuerRow, profileId, sequence, kind)));
        if (profileId != null) {
            Optional<ProfileRow> row = Optional.ofNullable(
                            profiles.getOrDefault(username, Map.of()).get(profileId))
                    .map(OwnProfile::row);
            ProfileRow changed = ProfileRow.apply(
                            row,
                            issuerRow,
                            event,
                            () -> draft.map(own -> new ProfileRow.Opened(own.opening(), Optional.of(own.body()))))
                    .orElseThrow();
            after.put(changed.key(), changed);
            put(username, new OwnProfile(changed, contentDigest));
        }
        return signed;
    }

    private AuditEntry recorded(Change change) {
        UUID profileId = change instanceof Change.OfProfile ofProfile ? ofProfile.profileId() : null;
        String action = switch (change) {
            case Change.Published published -> "profile.published";
            case Change.Updated updated -> "profile.updated";
            case Change.Revoked revoked -> "profile.revoked";
            case Change.Erased erased -> "profile.erased";
            case Change.IssuerDescribed described -> "issuer.described";
            case Change.KeyRotated rotated -> "issuer.key-rotated";
            default -> throw new IllegalStateException("not made here: " + change);
        };
        String detail = change instanceof Change.KeyRotated rotated ? DidKey.encode(rotated.newKey()) : null;
        return new AuditEntry(
                now, actor, action, new AuditEntry.Event(identity.id().did(), sequence, profileId), detail);
    }

    private void put(String username, OwnProfile own) {
        profiles.computeIfAbsent(username, name -> new LinkedHashMap<>())
                .put(own.row().state().profileId(), own);
    }

    private Optional<OwnProfile> shown(String username) {
        return OwnProfile.shown(profiles.getOrDefault(username, Map.of()).values());
    }

    /** The entries to append, in order. */
    List<LogEntry> entries() {
        return entries;
    }

    /** Who has had each of the entries appended. */
    List<AuditEntry> audit() {
        return audit;
    }

    /** The drafts whose credentials are to be kept, by profile. */
    Map<UUID, Draft> credentials() {
        return credentials;
    }

    /** What the entries change, in order. */
    List<Changes.Row> changes() {
        return changes;
    }

    /** The rows of the usernames concerned, before. */
    Map<ProfileRow.Key, ProfileRow> before() {
        return before;
    }

    /** The rows that the entries have changed, after. */
    Map<ProfileRow.Key, ProfileRow> after() {
        return after;
    }

    /** The profiles that the entries erase. */
    Set<UUID> erased() {
        return after.values().stream()
                .map(ProfileRow::state)
                .filter(state -> state.erased().isPresent())
                .map(ProfileState::profileId)
                .collect(Collectors.toSet());
    }

    /** A profile that the entries have changed, as it is now. */
    ProfileRow row(UUID profileId) {
        ProfileRow row = after.get(new ProfileRow.Key(issuerRow, profileId));
        if (row == null) {
            throw new IllegalStateException("not changed by this batch: " + profileId);
        }
        return row;
    }
}
