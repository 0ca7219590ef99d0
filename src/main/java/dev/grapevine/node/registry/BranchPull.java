package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * One pull of the branch that a recovery names, from the fork up to the recovery. What comes takes the place of the events that are held
 * after the fork, and is no part of the log before the recovery itself has come. One page at a time.
 */
public final class BranchPull {

    /** What a page has done. */
    public enum Step {
        /** More is needed. */
        MORE,
        /** The recovery has come; the issuer is frozen no longer. */
        DONE,
        /** It is another branch, or forged; or the issuer stands otherwise by now. */
        WRONG
    }

    private final PostgresForks forks;
    private final RunVerifier verifier;
    private final Clock clock;
    private final IssuerId issuer;
    private final long from;
    private final SignedEvent recovery;
    private LogKeys keys;
    private long next;
    private Optional<Hash> last;

    BranchPull(
            PostgresForks forks,
            RunVerifier verifier,
            Clock clock,
            IssuerId issuer,
            long from,
            Optional<Hash> last,
            LogKeys keys,
            SignedEvent recovery) {
        this.forks = forks;
        this.verifier = verifier;
        this.clock = clock;
        this.issuer = issuer;
        this.from = from;
        this.next = from;
        this.last = last;
        this.keys = keys;
        this.recovery = recovery;
    }

    /** The first sequence to ask for. */
    public long from() {
        return from;
    }

    /**
     * Takes a page; its last event is validly signed.
     *
     * @param peer who has sent it
     */
    public Mono<Step> take(List<LogEntry> page, PeerId peer) {
        return Mono.defer(() -> {
            Optional<Run> run = run(page);
            Optional<LogKeys> after = run.flatMap(part -> verifier.authenticate(part, keys));
            if (run.isEmpty() || after.isEmpty()) {
                return Mono.just(Step.WRONG);
            }
            return forks.locked(issuer, (connection, row) -> write(connection, row, run.get(), peer))
                    .filter(written -> written)
                    .flatMap(written -> {
                        keys = after.get();
                        next = run.get().last().sequence() + 1;
                        last = Optional.of(run.get().last().hash());
                        return next <= recovery.sequence() ? Mono.just(Step.MORE) : end();
                    })
                    .defaultIfEmpty(Step.WRONG);
        });
    }

    /** The part up to the recovery, if it follows what came before. */
    private Optional<Run> run(List<LogEntry> page) {
        try {
            List<SignedEvent> events = page.stream()
                    .map(LogEntry::event)
                    .filter(event -> event.sequence() >= next && event.sequence() <= recovery.sequence())
                    .toList();
            Run run = Run.of(events);
            boolean follows = run.issuer().equals(issuer)
                    && run.first().sequence() == next
                    && run.first().event().previous().equals(last);
            return follows ? Optional.of(run) : Optional.empty();
        } catch (MalformedException noRun) {
            return Optional.empty();
        }
    }

    /** All but the recovery, which takes its place when all else is there. */
    private Mono<Boolean> write(PostgresqlConnection connection, IssuerRow row, Run run, PeerId peer) {
        if (!row.forks().frozenAt().equals(Optional.of(from))) {
            return Mono.just(false);
        }
        List<LogWriter.Appended> events = run.events().stream()
                .filter(event -> event.sequence() < recovery.sequence())
                .map(event -> new LogWriter.Appended(
                        row.id(),
                        new LogEntry(event, Optional.empty()),
                        Optional.empty(),
                        verifier.isRightlySigned(event),
                        peer))
                .toList();
        return ForkRows.done(connection
                        .createStatement("DELETE FROM events WHERE issuer = $1 AND sequence >= $2")
                        .bind("$1", row.id())
                        .bind("$2", run.first().sequence()))
                .then(Mono.defer(
                        () -> KeyRows.delete(connection, row.id(), run.first().sequence())))
                .then(Mono.defer(() -> LogWriter.append(connection, events, clock.instant(), Map.of(), Map.of())))
                .thenReturn(true);
    }

    /** The recovery takes its place, if what it follows is what has come. */
    private Mono<Step> end() {
        return last.equals(Optional.of(recovery.hash()))
                ? forks.recovered(recovery).thenReturn(Step.DONE)
                : Mono.just(Step.WRONG);
    }
}
