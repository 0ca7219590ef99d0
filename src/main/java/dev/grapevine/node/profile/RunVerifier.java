package dev.grapevine.node.profile;

import dev.grapevine.node.profile.RunVerdict.Reason;
import java.util.List;
import java.util.Optional;

/**
 * Judges runs by design §4, "When is an event valid?". One signature authenticates the whole run before it, since each
 * event names the hash of its predecessor; at a KeyRotated the run is cut, and its own signatures are always checked.
 * Safe for use by several threads.
 */
public final class RunVerifier {

    private final String network;

    /** @param network the network's name, which is part of what every signature covers */
    public RunVerifier(String network) {
        this.network = network;
    }

    /**
     * Judges a run.
     *
     * @param head the issuer's log as held; empty for none of it
     * @param nowMillis the local clock, milliseconds since 1970
     */
    public RunVerdict judge(Optional<LogHead> head, Run run, long nowMillis) {
        Placement whole = Placement.of(head, run);
        if (whole instanceof Placement.Held) {
            return new RunVerdict.Held();
        }
        if (whole instanceof Placement.Invalid invalid) {
            return new RunVerdict.Refused(Reason.RULE_BROKEN, invalid.rule());
        }
        Run fresh = whole instanceof Placement.Next next ? next.run() : run;
        Optional<Run> ready = fresh.ready(nowMillis);
        if (ready.isEmpty()) {
            return new RunVerdict.Early(readyAt(fresh));
        }
        Run judged = ready.get();
        LogKeys keys = head.map(LogHead::keys).orElseGet(() -> LogKeys.ofUnknown(run.issuer()));
        Optional<LogKeys> after = authenticate(judged, keys);
        if (after.isPresent()) {
            Optional<Run> early = judged == fresh
                    ? Optional.empty()
                    : Optional.of(fresh.after(judged.last().sequence()));
            return new RunVerdict.Authentic(judged, Placement.of(head, judged), keys, after.get(), early);
        }
        return whole instanceof Placement.Next || signedByKnownKey(judged, keys)
                ? new RunVerdict.Refused(Reason.FORGED, judged + ": the signature is not of the key in force")
                : new RunVerdict.Unjudged();
    }

    /** From when on the first event of a run is not too early, milliseconds since 1970. */
    public static long readyAt(Run run) {
        return run.first().event().occurredAtMillis() - ProfileLimits.MAX_AHEAD.toMillis();
    }

    /** Behind a gap, or far below the head, other keys may be in force; the one that we know was tried in vain. */
    private static boolean signedByKnownKey(Run run, LogKeys keys) {
        return !run.rotatesKey() && run.last().signer().equals(keys.current());
    }

    /**
     * Checks signatures: the last event's, and those of every KeyRotated.
     *
     * @param keys in force before the run
     * @return the keys in force after it; empty if it is not authentic
     */
    public Optional<LogKeys> authenticate(Run run, LogKeys keys) {
        List<SignedEvent> events = run.events();
        LogKeys inForce = keys;
        for (int i = 0; i < events.size(); i++) {
            SignedEvent event = events.get(i);
            boolean last = i == events.size() - 1;
            boolean right = switch (event.event().change()) {
                case Change.KeyRotated rotated -> isRightRotation(event, rotated, inForce);
                default -> !last || isSignedBy(event, inForce);
            };
            if (!right) {
                return Optional.empty();
            }
            inForce = inForce.after(event.event());
        }
        return Optional.of(inForce);
    }

    /**
     * Whether an event is a recovery: a KeyRotated that the recovery key has signed, and the new key its statement. Needs
     * nothing of the log but the digest at sequence 0, so that it can be judged wherever it comes from.
     *
     * @param keys of any place of the log
     */
    public boolean isRecovery(SignedEvent event, LogKeys keys) {
        return event.event().change() instanceof Change.KeyRotated rotated
                && keys.isRecoveryKey(event.signer())
                && isRightRotation(event, rotated, keys);
    }

    /** Whether the key that the envelope names has signed it, whoever's that is. */
    public boolean isRightlySigned(SignedEvent event) {
        return event.verify(network);
    }

    private boolean isSignedBy(SignedEvent event, LogKeys keys) {
        return event.signer().equals(keys.current()) && event.verify(network);
    }

    private boolean isRightRotation(SignedEvent event, Change.KeyRotated rotated, LogKeys keys) {
        return (event.signer().equals(keys.current()) || keys.isRecoveryKey(event.signer()))
                && event.verify(network)
                && KeyRotation.verify(event.event(), rotated, network);
    }
}
