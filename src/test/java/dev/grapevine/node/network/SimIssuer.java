package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.KeyRotation;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.ProfileIds;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.ModelledDisk;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Whoever signs a log, one random change after the other. The keys are in files: they outlive crashes and old backups. */
final class SimIssuer {

    /** Bytes of an Ed25519 seed. */
    private static final int SEED_BYTES = 32;

    private final String name;
    private final RandomGenerator random;
    private final SimTruth truth;
    private final Map<PublicKey, PrivateKey> keys = new HashMap<>();
    private final PrivateKey recovery;
    private final IssuerId id;
    private int usernames;

    SimIssuer(String name, RandomGenerator random, SimTruth truth) {
        this.name = name;
        this.random = random;
        this.truth = truth;
        PrivateKey inception = key(random);
        keys.put(inception.publicKey(), inception);
        this.recovery = key(random);
        this.id = new IssuerId(inception.publicKey());
    }

    static PrivateKey key(RandomGenerator random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return PrivateKey.ofSeed(seed);
    }

    IssuerId id() {
        return id;
    }

    /** The next entry of a log, signed by the key in force there; nothing where the log is frozen. */
    List<LogEntry> next(Optional<ModelledDisk.Log> log, long nowMillis) {
        if (log.flatMap(ModelledDisk.Log::frozenAt).isPresent()) {
            return List.of();
        }
        Optional<LogHead> head = log.flatMap(ModelledDisk.Log::head);
        List<UUID> profiles = log.stream()
                .flatMap(held -> held.profiles().stream().filter(profile -> !held.isErased(profile)))
                .toList();
        LogEntry entry = head.isEmpty()
                ? sign(head, nowMillis, described(), Optional.empty())
                : change(head.get(), profiles, nowMillis);
        truth.signed(entry.event());
        return List.of(entry);
    }

    /** After a head of one's own choice, whatever follows there already. */
    LogEntry after(LogHead head, long nowMillis) {
        LogEntry entry = version(Optional.of(head), ProfileIds.random(random), false, nowMillis);
        truth.signed(entry.event());
        return entry;
    }

    private Change described() {
        return new Change.IssuerDescribed(
                name, Optional.empty(), Hash.of(recovery.publicKey().encoded()));
    }

    private LogEntry change(LogHead head, List<UUID> profiles, long nowMillis) {
        Optional<LogHead> after = Optional.of(head);
        int kind = random.nextInt(100);
        if (kind < 4) {
            return rotate(head, nowMillis);
        }
        if (kind < 8) {
            return sign(after, nowMillis, described(), Optional.empty());
        }
        if (kind < 45 || profiles.isEmpty()) {
            return version(after, ProfileIds.random(random), false, nowMillis);
        }
        UUID profile = profiles.get(random.nextInt(profiles.size()));
        if (kind < 70) {
            return version(after, profile, true, nowMillis);
        }
        return kind < 80
                ? sign(after, nowMillis, new Change.Revoked(profile, Optional.of("left")), Optional.empty())
                : sign(after, nowMillis, new Change.Erased(profile), Optional.empty());
    }

    private LogEntry version(Optional<LogHead> head, UUID profile, boolean update, long nowMillis) {
        byte[] salt = new byte[ProfileLimits.SALT_BYTES];
        random.nextBytes(salt);
        String username = "p" + usernames++;
        Opening opening = new Opening(
                ("{\"username\":\"" + username + "\",\"displayName\":\"Person\"}").getBytes(StandardCharsets.UTF_8),
                salt);
        Change change = update
                ? new Change.Updated(profile, opening.commitment(), Optional.empty())
                : new Change.Published(profile, opening.commitment(), Optional.empty());
        return sign(head, nowMillis, change, Optional.of(opening));
    }

    private LogEntry rotate(LogHead head, long nowMillis) {
        PrivateKey newKey = key(random);
        keys.put(newKey.publicKey(), newKey);
        byte[] signature = KeyRotation.sign(newKey, SimNode.NETWORK, id, head.sequence() + 1, head.hash());
        return sign(
                Optional.of(head), nowMillis, new Change.KeyRotated(newKey.publicKey(), signature), Optional.empty());
    }

    private LogEntry sign(Optional<LogHead> head, long nowMillis, Change change, Optional<Opening> opening) {
        ProfileEvent event = new ProfileEvent(
                id,
                head.map(LogHead::sequence).orElse(-1L) + 1,
                head.map(LogHead::hash),
                Math.max(nowMillis, head.map(LogHead::occurredAtMillis).orElse(0L)),
                change);
        PrivateKey key = keys.get(head.map(held -> held.keys().current()).orElse(id.inception()));
        return new LogEntry(SignedEvent.sign(event, key, SimNode.NETWORK), opening);
    }
}
