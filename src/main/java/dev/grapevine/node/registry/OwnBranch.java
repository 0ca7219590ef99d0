package dev.grapevine.node.registry;

import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ProfileLimits;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The events after a fork that are held here, read in their order, for the revocations and erasures among them: of each profile the first,
 * as a statement that stands by itself.
 */
final class OwnBranch {

    private final RunVerifier verifier;
    private final Map<Final.Key, BranchStatement> statements = new LinkedHashMap<>();
    private final Map<Final.Key, Unvouched> unvouched = new LinkedHashMap<>();
    private final List<SignedEvent> rotations = new ArrayList<>();

    /** An event whose own signature is spoilt, with what follows it. */
    private record Unvouched(List<SignedEvent> rotations, List<SignedEvent> chain) {}

    OwnBranch(RunVerifier verifier) {
        this.verifier = verifier;
    }

    void add(SignedEvent event) {
        unvouched.values().removeIf(waiting -> waiting.chain.size() > ProfileLimits.MAX_STATEMENT_BYTES / 200);
        unvouched.values().forEach(waiting -> waiting.chain.add(event));
        Optional<Final.Key> key = Final.key(event.event().change());
        if (key.isPresent() && !statements.containsKey(key.get())) {
            unvouched.putIfAbsent(key.get(), new Unvouched(List.copyOf(rotations), new ArrayList<>(List.of(event))));
        }
        if (!unvouched.isEmpty() && verifier.isRightlySigned(event)) {
            vouch();
        }
        if (event.event().change() instanceof Change.KeyRotated) {
            rotations.add(event);
        }
    }

    /** The newest event vouches for all before it. */
    private void vouch() {
        Iterator<Map.Entry<Final.Key, Unvouched>> waiting = unvouched.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<Final.Key, Unvouched> entry = waiting.next();
            Unvouched event = entry.getValue();
            BranchStatement.of(event.rotations, event.chain.iterator(), verifier)
                    .ifPresent(statement -> statements.put(entry.getKey(), statement));
            waiting.remove();
        }
    }

    Collection<BranchStatement> statements() {
        return statements.values();
    }

    /** The profiles that the statements are about. */
    Set<UUID> profiles() {
        return statements.keySet().stream().map(Final.Key::profileId).collect(Collectors.toSet());
    }
}
