package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** An issuer whose log a test writes, event by event. */
public final class IssuerLogFixture {

    public static final String NETWORK = "test";
    public static final long NOON = 1_795_176_000_000L;

    public final PrivateKey inceptionKey;
    public final PrivateKey recoveryKey;
    public final IssuerId issuer;
    public final List<LogEntry> entries = new ArrayList<>();
    private final Random random;
    private PrivateKey key;
    private long clock = NOON;

    public IssuerLogFixture(int seed) {
        random = new Random(seed);
        inceptionKey = privateKey(seed);
        recoveryKey = privateKey(-1 - seed);
        key = inceptionKey;
        issuer = new IssuerId(inceptionKey.publicKey());
    }

    private IssuerLogFixture(IssuerLogFixture trunk, int events, int seed) {
        random = new Random(seed);
        inceptionKey = trunk.inceptionKey;
        recoveryKey = trunk.recoveryKey;
        key = trunk.key;
        clock = trunk.clock;
        issuer = trunk.issuer;
        entries.addAll(trunk.entries.subList(0, events));
    }

    /** The same issuer's log up to some events, to go on in another way. The key in force is that of the whole log. */
    public IssuerLogFixture branch(int events, int seed) {
        return new IssuerLogFixture(this, events, seed);
    }

    /** The event at a sequence as a statement by itself. */
    public BranchStatement statement(int sequence) {
        return new BranchStatement(List.of(), List.of(entries.get(sequence).event()));
    }

    public static PrivateKey privateKey(int seed) {
        byte[] bytes = new byte[32];
        new Random(seed).nextBytes(bytes);
        return PrivateKey.ofSeed(bytes);
    }

    public LogEntry describe(String name) {
        return append(
                new Change.IssuerDescribed(
                        name, Optional.empty(), Hash.of(recoveryKey.publicKey().encoded())),
                Optional.empty());
    }

    public UUID publish(String username) {
        UUID id = ProfileIds.random(random);
        LogEntry.Opening opening = opening(username, "Person " + username);
        append(new Change.Published(id, opening.commitment(), Optional.empty()), Optional.of(opening));
        return id;
    }

    /** Publishes a body that may be anything. */
    public LogEntry publish(UUID id, byte[] body) {
        LogEntry.Opening opening = new LogEntry.Opening(body, new byte[ProfileLimits.SALT_BYTES]);
        return append(new Change.Published(id, opening.commitment(), Optional.empty()), Optional.of(opening));
    }

    public LogEntry update(UUID id, String username, String displayName) {
        LogEntry.Opening opening = opening(username, displayName);
        return append(new Change.Updated(id, opening.commitment(), Optional.empty()), Optional.of(opening));
    }

    public LogEntry revoke(UUID id) {
        return append(new Change.Revoked(id, Optional.of("left")), Optional.empty());
    }

    public LogEntry erase(UUID id) {
        return append(new Change.Erased(id), Optional.empty());
    }

    public LogEntry rotate(PrivateKey newKey, PrivateKey envelopeKey) {
        byte[] signature = KeyRotation.sign(newKey, NETWORK, issuer, nextSequence(), lastHash());
        LogEntry entry =
                appendSigned(new Change.KeyRotated(newKey.publicKey(), signature), Optional.empty(), envelopeKey);
        key = newKey;
        return entry;
    }

    public LogEntry append(Change change, Optional<LogEntry.Opening> opening) {
        return appendSigned(change, opening, key);
    }

    public LogEntry appendSigned(Change change, Optional<LogEntry.Opening> opening, PrivateKey signer) {
        LogEntry entry = new LogEntry(SignedEvent.sign(next(change), signer, NETWORK), opening);
        entries.add(entry);
        return entry;
    }

    public ProfileEvent next(Change change) {
        Optional<Hash> previous = entries.isEmpty() ? Optional.empty() : Optional.of(lastHash());
        return new ProfileEvent(issuer, nextSequence(), previous, clock, change);
    }

    public void setClock(long millis) {
        clock = millis;
    }

    public LogEntry.Opening opening(String username, String displayName) {
        byte[] salt = new byte[ProfileLimits.SALT_BYTES];
        random.nextBytes(salt);
        String body = "{\"username\":\"" + username + "\",\"displayName\":\"" + displayName + "\"}";
        return new LogEntry.Opening(body.getBytes(StandardCharsets.UTF_8), salt);
    }

    public List<LogEntry> entries(int from, int to) {
        return List.copyOf(entries.subList(from, to));
    }

    public Run run(int from, int to) {
        return new ProfileMessage(entries(from, to)).run();
    }

    /** The head as somebody holds it who has the first events, as far as the test needs the keys. */
    public LogHead headAfter(int events) {
        SignedEvent last = entries.get(events - 1).event();
        LogKeys keys = LogKeys.ofUnknown(issuer);
        for (LogEntry entry : entries.subList(0, events)) {
            keys = keys.after(entry.event().event());
        }
        return new LogHead(issuer, last.sequence(), last.hash(), last.event().occurredAtMillis(), keys);
    }

    /** The same event, its signature spoilt. */
    public static SignedEvent spoilt(SignedEvent event) {
        byte[] bytes = event.encoded().clone();
        bytes[bytes.length - 1] ^= 1;
        return SignedEvent.decode(bytes);
    }

    public static byte[] truncated(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    private long nextSequence() {
        return entries.size();
    }

    private Hash lastHash() {
        return entries.getLast().event().hash();
    }
}
