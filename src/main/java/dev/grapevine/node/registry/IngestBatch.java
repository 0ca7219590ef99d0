package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.profile.Placement;
import dev.grapevine.node.profile.Run;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.sql.Pipeline;
import dev.grapevine.node.trust.Admission;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Applies many runs of many issuers in one transaction. Which of them continue their logs is decided here, beside the
 * heads in the database, whatever was thought when they were judged.
 */
final class IngestBatch {

    private final RunVerifier verifier;
    private final Aside aside;
    private final Admission admission;
    private final Admission.Batch quotas;
    private final Instant now;
    private final Map<IssuerId, IssuerRow> issuers = new HashMap<>();
    private final Set<IssuerId> advanced = new HashSet<>();
    private final List<LogWriter.Appended> appended = new ArrayList<>();
    private final IdentityHashMap<Received, Pulled> outcomes = new IdentityHashMap<>();
    private final List<Received> older = new ArrayList<>();
    private final IdentityHashMap<Received, Admission.Reason> notBegun = new IdentityHashMap<>();

    IngestBatch(RunVerifier verifier, Aside aside, Admission admission, Instant now) {
        this.admission = admission;
        this.quotas = admission.batch();
        this.verifier = verifier;
        this.aside = aside;
        this.now = now;
    }

    /** Does the work, up to but without the commit. @return this batch, for what became of it */
    Mono<IngestBatch> apply(PostgresqlConnection connection, List<Received> runs) {
        List<Received> inOrder = runs.stream()
                .sorted(Comparator.comparingLong(
                        received -> received.run().first().sequence()))
                .toList();
        Set<IssuerId> named = new HashSet<>();
        inOrder.forEach(received -> named.add(received.run().issuer()));
        return insertNew(connection, inOrder)
                .then(Mono.defer(() -> IssuerRow.lock(connection, named)))
                .doOnNext(issuers::putAll)
                .doOnNext(locked -> inOrder.forEach(this::place))
                .then(Mono.defer(() -> IssuerRow.deleteUnbegun(connection, unbegun())))
                .then(Mono.defer(() -> appended.isEmpty() ? Mono.empty() : write(connection)))
                .then(Mono.defer(() -> compareOlder(connection)))
                .thenReturn(this);
    }

    private Mono<Void> write(PostgresqlConnection connection) {
        return LogWriter.effects(connection, appended).flatMap(effects -> {
            List<Mono<Void>> statements = new ArrayList<>();
            statements.add(LogWriter.append(connection, appended, now, effects.before(), effects.after()));
            advanced.forEach(issuer -> statements.add(row(issuer).update(connection)));
            statements.add(Changes.append(connection, effects.changes(), now));
            return Pipeline.of(statements);
        });
    }

    /** Makes the rows of issuers whose logs begin here, in the order in which rows are locked. */
    private Mono<Void> insertNew(PostgresqlConnection connection, List<Received> runs) {
        List<Run> inLockOrder = runs.stream()
                .filter(received -> received.run().first().sequence() == 0)
                .filter(this::mayBegin)
                .map(Received::run)
                .sorted(Comparator.comparing(run -> run.issuer().did()))
                .toList();
        return Flux.fromIterable(inLockOrder)
                .concatMap(run -> {
                    Change.IssuerDescribed described = description(run);
                    return IssuerRow.insert(
                            connection, run.issuer(), described.name(), described.recoveryKeyDigest(), now);
                })
                .then();
    }

    private boolean mayBegin(Received received) {
        Optional<Admission.Reason> declined = quotas.begins(received.run().issuer(), weight(received, 0));
        declined.ifPresent(reason -> notBegun.put(received, reason));
        return declined.isEmpty();
    }

    /** By the measure of {@link Admission}: of the run's entries from a sequence on. */
    private static long weight(Received received, long from) {
        long bytes = from == 0 ? Admission.LOG_OVERHEAD_BYTES : 0;
        for (ReadEntry read : received.entriesFrom(from)) {
            bytes += read.entry().messageBytes() + Admission.EVENT_OVERHEAD_BYTES;
        }
        return bytes;
    }

    private static Change.IssuerDescribed description(Run beginning) {
        if (beginning.first().event().change() instanceof Change.IssuerDescribed described) {
            return described;
        }
        throw new IllegalStateException("sequence 0 describes the issuer, which ProfileEvent has checked");
    }

    private void place(Received received) {
        IssuerId issuer = received.run().issuer();
        Optional<IssuerRow> row = Optional.ofNullable(issuers.get(issuer));
        if (row.isEmpty() && received.run().first().sequence() == 0) {
            decline(received, notBegun.getOrDefault(received, Admission.Reason.BLOCKED));
            return;
        }
        Optional<Long> frozenAt = row.flatMap(known -> known.forks().frozenAt());
        if (frozenAt.isPresent()) {
            outcomes.put(received, new Pulled.Frozen(frozenAt.get()));
            return;
        }
        Optional<LogHead> head = row.flatMap(IssuerRow::head);
        switch (Placement.of(head, received.run())) {
            case Placement.Next next -> append(received, next.run(), head);
            case Placement.Held held -> outcomes.put(received, applied(issuer));
            case Placement.Older held -> older.add(received);
            case Placement.Gap gap -> {
                aside.keep(received, now);
                outcomes.put(received, new Pulled.Behind(gap.missingFrom()));
            }
            case Placement.Conflict conflict -> outcomes.put(received, new Pulled.Conflict(conflict.sequence()));
            case Placement.Invalid invalid -> outcomes.put(received, new Pulled.Refused(invalid.rule()));
        }
    }

    private void append(Received received, Run fresh, Optional<LogHead> head) {
        Optional<LogKeys> after = keysAfter(received, fresh, head);
        if (after.isEmpty()) {
            outcomes.put(received, new Pulled.Refused("the signature is not of the key in force"));
            return;
        }
        IssuerId issuer = fresh.issuer();
        IssuerRow row = row(issuer);
        long weight = weight(received, fresh.first().sequence());
        Optional<Admission.Reason> declined =
                quotas.takes(issuer, row.trust(), head.isEmpty(), row.takenBytes(), weight);
        if (declined.isPresent()) {
            decline(received, declined.get());
            return;
        }
        for (ReadEntry read : received.entriesFrom(fresh.first().sequence())) {
            SignedEvent event = read.entry().event();
            if (event.sequence() <= fresh.last().sequence()) {
                boolean checked = event == fresh.last() || event.event().change() instanceof Change.KeyRotated;
                appended.add(new LogWriter.Appended(row.id(), read.entry(), read.opened(), checked, received.from()));
            }
        }
        issuers.put(issuer, row.after(fresh.events(), after.get()).taking(weight));
        advanced.add(issuer);
        outcomes.put(received, applied(issuer));
        aside.take(issuer, fresh.last().sequence() + 1).forEach(this::place);
    }

    /** Rows that were made for logs that do not begin after all. */
    private List<Long> unbegun() {
        return outcomes.entrySet().stream()
                .filter(outcome -> outcome.getValue() instanceof Pulled.Declined)
                .flatMap(outcome ->
                        Stream.ofNullable(issuers.get(outcome.getKey().run().issuer())))
                .filter(row -> row.head().isEmpty())
                .map(IssuerRow::id)
                .distinct()
                .toList();
    }

    private void decline(Received received, Admission.Reason reason) {
        admission.count(reason);
        outcomes.put(received, new Pulled.Declined());
    }

    /** The run was judged beside a head that may have been older; if other keys are in force now, it is judged again. */
    private Optional<LogKeys> keysAfter(Received received, Run fresh, Optional<LogHead> head) {
        LogKeys keys = head.map(LogHead::keys).orElseGet(() -> LogKeys.ofUnknown(fresh.issuer()));
        boolean asJudged = keys.equals(received.keys()) && fresh == received.run();
        return asJudged ? Optional.of(received.after()) : verifier.authenticate(fresh, keys);
    }

    /** Runs that end below the head are held already, if only since this batch was written, or another history. */
    private Mono<Void> compareOlder(PostgresqlConnection connection) {
        return Flux.fromIterable(older)
                .concatMap(received -> {
                    long last = received.run().last().sequence();
                    return Events.hash(connection, row(received.run().issuer()).id(), last)
                            .doOnNext(hash -> outcomes.put(
                                    received,
                                    hash.equals(received.run().last().hash())
                                            ? applied(received.run().issuer())
                                            : new Pulled.Conflict(last)));
                })
                .then();
    }

    private Pulled applied(IssuerId issuer) {
        return new Pulled.Applied(row(issuer).head().orElseThrow().sequence());
    }

    private IssuerRow row(IssuerId issuer) {
        IssuerRow row = issuers.get(issuer);
        if (row == null) {
            throw new IllegalStateException("no row of " + issuer);
        }
        return row;
    }

    /** To be called after the commit. */
    void committed() {
        quotas.committed();
    }

    /** What became of each run. */
    IdentityHashMap<Received, Pulled> outcomes() {
        return outcomes;
    }

    /** The rows of issuers that the transaction has read or written. */
    Collection<IssuerRow> rows() {
        return issuers.values();
    }

    /** The heads that the transaction has read or written. */
    List<LogHead> heads() {
        return issuers.values().stream().flatMap(row -> row.head().stream()).toList();
    }

    /** The entries that were appended. */
    List<LogEntry> appended() {
        return appended.stream().map(LogWriter.Appended::entry).toList();
    }

    int eventsAppended() {
        return appended.size();
    }

    /** How many of the bodies are right for their commitments, and no bodies. */
    long unreadableBodies() {
        return appended.stream()
                .filter(event ->
                        event.opened().filter(opened -> opened.read().isEmpty()).isPresent())
                .count();
    }
}
