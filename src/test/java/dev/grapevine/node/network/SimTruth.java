package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.ModelledDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What nobody in the simulation knows: everything that was ever signed and acknowledged. Disks are checked by it. */
final class SimTruth {

    private static final int MAX_GOSSIPED = 64;

    private final Map<IssuerId, TreeMap<Long, Map<Hash, SignedEvent>>> signed = new HashMap<>();
    private final Map<IssuerId, List<SignedEvent>> acknowledged = new HashMap<>();
    private final Map<SimNode, Map<IssuerId, Seen>> seen = new HashMap<>();
    private final Set<SimNode> restored = new HashSet<>();
    private final List<byte[]> gossiped = new ArrayList<>();

    /** A log as it was at the last check. */
    private static final class Seen {
        private int events;
        private final Set<UUID> erased = new HashSet<>();
        private long frozenAt = Long.MAX_VALUE;
    }

    void signed(SignedEvent event) {
        signed.computeIfAbsent(event.issuer(), issuer -> new TreeMap<>())
                .computeIfAbsent(event.sequence(), sequence -> new HashMap<>())
                .put(event.hash(), event);
    }

    void acknowledged(SimNode node, SignedEvent event) {
        acknowledged.computeIfAbsent(node.issuer(), issuer -> new ArrayList<>()).add(event);
    }

    List<SignedEvent> acknowledged(SimNode node) {
        return acknowledged.getOrDefault(node.issuer(), List.of());
    }

    void gossiped(byte[] message) {
        if (gossiped.size() < MAX_GOSSIPED) {
            gossiped.add(message);
        }
    }

    /** Old messages, with bodies that may have been erased since. */
    List<byte[]> gossiped() {
        return gossiped;
    }

    void restored(SimNode node) {
        seen.remove(node);
        restored.add(node);
    }

    /** The lowest sequence at which the issuer has signed two events that follow the same one. */
    OptionalLong fork(IssuerId issuer) {
        return signed.getOrDefault(issuer, new TreeMap<>()).entrySet().stream()
                .filter(entry -> isFork(entry.getValue()))
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    private static boolean isFork(Map<Hash, SignedEvent> events) {
        return events.values().stream()
                        .map(event -> event.event().previous())
                        .distinct()
                        .count()
                < events.size();
    }

    /** What must hold of a node's disk after each commit, whatever happens. */
    void check(SimNode node) {
        node.disk().logs().forEach(log -> check(node, log));
        checkAcknowledged(node);
    }

    private void check(SimNode node, ModelledDisk.Log log) {
        Seen before =
                seen.computeIfAbsent(node, any -> new HashMap<>()).computeIfAbsent(log.issuer(), any -> new Seen());
        List<SignedEvent> held = log.held();
        assertThat(held.size()).as("events held are never given up").isGreaterThanOrEqualTo(before.events);
        for (int i = before.events; i < held.size(); i++) {
            checkPrefix(log.issuer(), held, i);
        }
        if (held.size() > before.events) {
            assertThat(log.isWhatItsEventsSay())
                    .as("profiles are what the events say")
                    .isTrue();
        }
        before.events = held.size();
        for (UUID profile : log.profiles()) {
            if (log.isErased(profile)) {
                before.erased.add(profile);
            }
        }
        assertThat(before.erased)
                .as("nothing erased comes back")
                .allMatch(profile -> log.isErased(profile) && !log.hasBody(profile));
        log.frozenAt().ifPresent(point -> {
            assertThat(point).as("a freeze moves down alone").isLessThanOrEqualTo(before.frozenAt);
            before.frozenAt = point;
            assertThat(isFork(signed.get(log.issuer()).get(point)))
                    .as("frozen where the issuer has forked its log")
                    .isTrue();
        });
        assertThat(log.frozenAt().isEmpty() && before.frozenAt != Long.MAX_VALUE)
                .as("frozen once, frozen for good")
                .isFalse();
    }

    /** The log is a prefix of what its issuer has signed, without a hole, and one history. */
    private void checkPrefix(IssuerId issuer, List<SignedEvent> held, int index) {
        SignedEvent event = held.get(index);
        assertThat(event.sequence()).as("a log without holes").isEqualTo(index);
        assertThat(event.event().previous())
                .as("each event follows the one before")
                .isEqualTo(
                        index == 0
                                ? Optional.empty()
                                : Optional.of(held.get(index - 1).hash()));
        assertThat(signed.get(issuer).get(event.sequence()))
                .as("its issuer has signed event %s", index)
                .containsKey(event.hash());
    }

    private void checkAcknowledged(SimNode node) {
        if (!restored.contains(node)) {
            acknowledged(node).forEach(event -> checkHeld(node, event));
            assertThat(fork(node.issuer()))
                    .as("one history of a node whose disk is as it left it")
                    .isEmpty();
        }
    }

    private static void checkHeld(SimNode node, SignedEvent event) {
        assertThat(isHeld(node, event))
                .as("acknowledged, so never lost: %s", event)
                .isTrue();
    }

    /** Whether a node holds an event. */
    static boolean isHeld(SimNode node, SignedEvent event) {
        return node.disk()
                .log(event.issuer())
                .filter(log -> log.events().size() > event.sequence())
                .filter(log -> log.events()
                        .get(Math.toIntExact(event.sequence()))
                        .hash()
                        .equals(event.hash()))
                .isPresent();
    }

    /** What must hold when all faults have healed, of nodes whose digests are equal. */
    void checkAtTheEnd(SimNode node) {
        acknowledged.forEach((issuer, events) -> {
            long fork = fork(issuer).orElse(Long.MAX_VALUE);
            events.stream().filter(event -> event.sequence() < fork).forEach(event -> checkHeld(node, event));
        });
    }
}
