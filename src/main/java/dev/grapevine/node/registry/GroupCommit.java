package dev.grapevine.node.registry;

import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.registry.PublishBatch.Decision;
import dev.grapevine.node.registry.Transactions.CommitUnknownException;
import dev.grapevine.node.sql.CopyRows;
import dev.grapevine.node.tracing.Spans;
import io.opentelemetry.api.trace.SpanContext;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Commits many requests in one transaction: event, body, profile, credential and audit together. The head is read under lock
 * inside it, never remembered, so several instances may share issuer and database.
 */
final class GroupCommit {

    private final Transactions transactions;
    private final IssuerIdentity identity;
    private final String network;
    private final Frontier frontier;
    private final Clock clock;
    private final RandomGenerator random;
    private final Scheduler deciding;
    private final Spans spans;

    GroupCommit(
            Transactions transactions,
            IssuerIdentity identity,
            String network,
            Frontier frontier,
            Clock clock,
            RandomGenerator random,
            Scheduler deciding,
            Spans spans) {
        this.spans = spans;
        this.transactions = transactions;
        this.identity = identity;
        this.network = network;
        this.frontier = frontier;
        this.clock = clock;
        this.random = random;
        this.deciding = deciding;
    }

    /** What one transaction was to write. */
    private record Attempt(IssuerRow after, PublishBatch batch, List<Decision> decisions, Instant now) {}

    /** Answers every request. @return the entries that were appended, after the commit; never fails */
    Mono<List<LogEntry>> commit(List<PublishRequest> requests) {
        return spans.around("commit", traces(requests), attempt(requests))
                .onErrorResume(Lost.class, lost -> afterUnknown(requests, lost.attempt))
                .map(attempt -> {
                    answer(requests, attempt);
                    return traced(requests, attempt);
                })
                .onErrorResume(error -> {
                    requests.forEach(request -> request.fail(error));
                    return Mono.just(List.of());
                });
    }

    private static Set<SpanContext> traces(List<PublishRequest> requests) {
        return requests.stream().flatMap(request -> request.trace().stream()).collect(Collectors.toSet());
    }

    /** The entries, each with the trace of the request that brought it. */
    private static List<LogEntry> traced(List<PublishRequest> requests, Attempt attempt) {
        List<LogEntry> entries = new ArrayList<>(attempt.batch.entries());
        if (entries.isEmpty()) {
            return entries;
        }
        long first = entries.getFirst().event().sequence();
        for (int i = 0; i < requests.size(); i++) {
            if (attempt.decisions.get(i) instanceof Decision.Changed changed && changed.sequence() >= first) {
                int index = Math.toIntExact(changed.sequence() - first);
                entries.set(index, entries.get(index).withTrace(requests.get(i).trace()));
            }
        }
        return entries;
    }

    /** Begins the issuer's log, or says anew who the issuer is, where the log says otherwise; for a node's start. */
    Mono<Void> describe() {
        return attempt(List.of())
                .doOnNext(attempt -> answer(List.of(), attempt))
                .then();
    }

    /** The commit was sent and no answer came. */
    private static final class Lost extends RuntimeException {
        private final transient Attempt attempt;

        Lost(Attempt attempt, Throwable cause) {
            super(cause);
            this.attempt = attempt;
        }
    }

    private Mono<Attempt> attempt(List<PublishRequest> requests) {
        Attempt[] made = new Attempt[1];
        return transactions
                .inTransaction(connection -> decide(connection, requests)
                        .doOnNext(attempt -> made[0] = attempt)
                        .flatMap(attempt -> write(connection, attempt).thenReturn(attempt)))
                .onErrorMap(CommitUnknownException.class, e -> made[0] == null ? e : new Lost(made[0], e));
    }

    /**
     * The lock on the head waits for the lost transaction to end; then the log shows whether it has committed. If it has
     * not, nothing of it is there and it is done again, once.
     */
    private Mono<Attempt> afterUnknown(List<PublishRequest> requests, Attempt lost) {
        if (lost.batch.entries().isEmpty()) {
            return Mono.just(lost);
        }
        LogEntry first = lost.batch.entries().getFirst();
        Mono<Boolean> committed = transactions.inTransaction(connection -> lockOwn(connection)
                .flatMap(row -> Events.hash(connection, row.id(), first.event().sequence()))
                .map(hash -> hash.equals(first.event().hash()))
                .defaultIfEmpty(false));
        return committed.flatMap(there -> there ? Mono.just(lost) : attempt(requests));
    }

    private Mono<Attempt> decide(PostgresqlConnection connection, List<PublishRequest> requests) {
        Set<String> usernames =
                requests.stream().map(request -> request.command().username()).collect(Collectors.toSet());
        usernames.remove("");
        return lockOwn(connection)
                .switchIfEmpty(Mono.defer(() -> begin(connection)))
                .flatMap(row -> OwnProfile.load(connection, row.id(), usernames)
                        .publishOn(deciding)
                        .map(known -> decide(requests, row, known)));
    }

    private Mono<IssuerRow> lockOwn(PostgresqlConnection connection) {
        return IssuerRow.lock(connection, Set.of(identity.id()))
                .flatMap(rows -> Mono.justOrEmpty(rows.get(identity.id())));
    }

    /** At the very first start there is no row to lock. */
    private Mono<IssuerRow> begin(PostgresqlConnection connection) {
        return IssuerRow.insert(connection, identity.id(), PublishBatch.description(identity), clock.instant())
                .then(Mono.defer(() -> lockOwn(connection)));
    }

    private Attempt decide(List<PublishRequest> requests, IssuerRow row, List<OwnProfile> known) {
        Instant now = clock.instant();
        PublishBatch batch = new PublishBatch(identity, network, row, known, now, random);
        if (requests.isEmpty()) {
            batch.redescribe(row);
        }
        List<Decision> decisions = requests.stream()
                .map(request -> batch.decide(request.command(), request.actor()))
                .toList();
        return new Attempt(after(row, batch.entries()), batch, decisions, now);
    }

    private static IssuerRow after(IssuerRow row, List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return row;
        }
        LogKeys keys = row.head().map(LogHead::keys).orElseGet(() -> LogKeys.ofUnknown(row.issuer()));
        for (LogEntry entry : entries) {
            keys = keys.after(entry.event().event());
        }
        return row.after(entries.stream().map(LogEntry::event).toList(), keys);
    }

    private static Mono<Void> write(PostgresqlConnection connection, Attempt attempt) {
        if (attempt.batch.entries().isEmpty()) {
            return Mono.empty();
        }
        List<LogWriter.Appended> appended = attempt.batch.entries().stream()
                .map(entry -> new LogWriter.Appended(attempt.after.id(), entry, true, null))
                .toList();
        return LogWriter.append(connection, appended, attempt.now)
                .flatMap(changes -> credentialRows(attempt)
                        .send(connection)
                        .then(Mono.defer(() -> Audit.append(connection, attempt.batch.audit())))
                        .then(Mono.defer(() -> attempt.after.update(connection)))
                        .then(Mono.defer(() -> Changes.append(connection, changes, attempt.now))));
    }

    private static CopyRows credentialRows(Attempt attempt) {
        CopyRows rows = new CopyRows("credentials", "profile_id", "issuer", "sequence", "content_digest", "json");
        attempt.batch
                .credentials()
                .forEach((profileId, draft) -> rows.row()
                        .uuid(profileId)
                        .bigint(attempt.after.id())
                        .bigint(attempt.batch
                                .row(draft.username(), profileId)
                                .orElseThrow()
                                .state()
                                .versionSequence())
                        .bytea(draft.contentDigest().bytes())
                        .bytea(draft.credential().json()));
        return rows;
    }

    private void answer(List<PublishRequest> requests, Attempt attempt) {
        attempt.after.head().ifPresent(frontier::advanced);
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).succeed(outcome(attempt.decisions.get(i)));
        }
    }

    private static PublishOutcome outcome(Decision decision) {
        return switch (decision) {
            case Decision.Refused refused -> new PublishOutcome.Refused(refused.reason());
            case Decision.Changed changed ->
                new PublishOutcome.Done(
                        changed.effect(),
                        changed.profileId(),
                        changed.sequence(),
                        changed.draft().map(draft -> draft.credential().json()));
        };
    }
}
