package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.Placement;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.registry.Intake.Pulled;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** A registry with one thing wrong, which the simulation has to find. */
public final class BrokenRegistry extends ModelledRegistry {

    /** What is wrong. */
    public enum Fault {
        /** A body that comes again is kept although the profile was erased. */
        RESURRECTS,
        /** What comes behind a gap is applied at once. */
        SKIPS_GAPS,
        /** Requests are answered before the commit. */
        ANSWERS_EARLY,
        /** The first fork that is proven counts, not the lowest. */
        FREEZES_ONCE
    }

    private final Fault fault;

    public BrokenRegistry(Fault fault, ModelledDisk disk, RunVerifier verifier, LongSupplier clock, Listener listener) {
        super(disk, verifier, clock, listener);
        this.fault = fault;
    }

    @Override
    protected Pulled again(Received received) {
        if (fault == Fault.RESURRECTS) {
            received.entries().stream().map(ReadEntry::entry).forEach(this::resurrect);
        }
        return super.again(received);
    }

    private void resurrect(LogEntry entry) {
        Optional<Opening> opening = entry.rightOpening();
        if (opening.isPresent() && entry.event().event().change() instanceof Change.Version version) {
            disk().log(entry.event().issuer())
                    .orElseThrow()
                    .rows()
                    .computeIfPresent(
                            version.profileId(),
                            (id, row) -> row.state().commitment().equals(version.commitment())
                                    ? new ProfileRow(
                                            row.issuer(), row.state(), row.username(), row.credentialPrefix(), opening)
                                    : row);
        }
    }

    @Override
    protected Pulled gap(Received received, Placement.Gap gap) {
        return fault == Fault.SKIPS_GAPS ? append(received, received.run()) : super.gap(received, gap);
    }

    @Override
    public void append(
            IssuerId issuer,
            Function<Optional<ModelledDisk.Log>, List<LogEntry>> making,
            Consumer<List<LogEntry>> answer) {
        if (fault == Fault.ANSWERS_EARLY && !hasWork()) {
            List<LogEntry> made = making.apply(disk().log(issuer));
            answer.accept(made);
            super.append(issuer, log -> made, committed -> {});
        } else {
            super.append(issuer, making, answer);
        }
    }

    @Override
    protected boolean isKnown(long frozenAt, long point) {
        return fault == Fault.FREEZES_ONCE || super.isKnown(frozenAt, point);
    }
}
