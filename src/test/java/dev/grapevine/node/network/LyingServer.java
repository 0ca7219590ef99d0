package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.ModelledRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A peer that claims what it cannot show, leaves out, and makes up; now and then it tells the truth. */
final class LyingServer extends SimServer {

    private static final int MAX_CLAIMED = 1_000;

    private final RandomGenerator random;

    LyingServer(ModelledRegistry registry, Supplier<Long> clock, RandomGenerator random) {
        super(registry, clock);
        this.random = random;
    }

    @Override
    protected List<FrontierPage> frontier(FrontierRequest request) {
        return super.frontier(request).stream()
                .map(page -> switch (random.nextInt(4)) {
                    case 0 -> page;
                    case 1 -> new FrontierPage(page.timeMillis(), List.of()); // "I have what you have"
                    default ->
                        new FrontierPage(
                                page.timeMillis(),
                                page.parts().stream().map(this::claimed).toList());
                })
                .toList();
    }

    private Part claimed(Part part) {
        return new Part(
                part.path(),
                part.children(),
                part.heads().stream().map(this::claimed).toList());
    }

    private Head claimed(Head head) {
        return switch (random.nextInt(3)) {
            case 0 -> head;
            case 1 -> new Head(head.issuer(), head.sequence(), madeUp());
            default -> new Head(head.issuer(), head.sequence() + random.nextInt(1, MAX_CLAIMED), madeUp());
        };
    }

    private Hash madeUp() {
        byte[] bytes = new byte[Hash.BYTES];
        random.nextBytes(bytes);
        return Hash.wrap(bytes);
    }

    @Override
    protected List<LogEntry> range(IssuerId issuer, long from) {
        List<LogEntry> entries = super.range(issuer, from);
        if (entries.isEmpty()) {
            return entries;
        }
        List<LogEntry> allButLast = entries.subList(0, entries.size() - 1);
        LogEntry last = entries.getLast();
        return switch (random.nextInt(6)) {
            case 0 -> entries;
            case 1 -> allButLast;
            case 2 -> entries.subList(1, entries.size());
            case 3 -> followedBy(allButLast, new LogEntry(forged(last.event()), last.opening()));
            case 4 -> followedBy(allButLast, new LogEntry(last.event(), Optional.of(poisoned())));
            default -> List.of();
        };
    }

    private static List<LogEntry> followedBy(List<LogEntry> entries, LogEntry last) {
        return Stream.concat(entries.stream(), Stream.of(last)).toList();
    }

    /** The event, signed by somebody else. */
    private SignedEvent forged(SignedEvent event) {
        return SignedEvent.sign(event.event(), SimIssuer.key(random), SimNode.NETWORK);
    }

    private Opening poisoned() {
        byte[] salt = new byte[ProfileLimits.SALT_BYTES];
        random.nextBytes(salt);
        return new Opening(new byte[] {'{', 0, '}'}, salt);
    }
}
