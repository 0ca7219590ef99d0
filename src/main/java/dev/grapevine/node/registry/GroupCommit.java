package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.PublishBatch.Decision;
import dev.grapevine.node.registry.Transactions.CommitUnknownException;
import dev.grapevine.node.sql.Pipeline;
import dev.grapevine.node.sql.SqlErrors;
import dev.grapevine.node.tracing.Spans;
import io.opentelemetry.api.trace.SpanContext;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Commits many requests in one transaction: event, body, profile, credential and audit together. The head is read under lock
 * inside it, never remembered, so several instances may share issuer and database.
 */
final class GroupCommit {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final Transactions transactions;
    private final OwnLogWriter log;
    private final Frontier frontier;
    private final Clock clock;
    private final Scheduler deciding;
    private final Spans spans;

    GroupCommit(
            Transactions transactions,
            OwnLogWriter log,
            Frontier frontier,
            Clock clock,
            Scheduler deciding,
            Spans spans) {
        this.spans = spans;
        this.transactions = transactions;
        this.log = log;
        this.frontier = frontier;
        this.clock = clock;
        this.deciding = deciding;
    }

    /** What one transaction was to write. */
    private record Attempt(IssuerRow after, PublishBatch batch, List<Decision> decisions, Instant now) {

        boolean changesNothing() {
            return batch.entries().isEmpty();
        }
    }

    /** What is ready to commit, or committed. */
    private record Written(Attempt attempt, PublishAnswers answers) {}

    /**
     * Answers every request; never fails. Where PostgreSQL refuses what one of them writes, halves are tried, and halves of these, so that the
     * others do not suffer for it: n requests are at most 2n - 1 transactions.
     *
     * @param committed is given the entries that were appended, after the commit and before the answers
     */
    Mono<Void> commit(List<PublishRequest> requests, Consumer<List<LogEntry>> committed) {
        return spans.around("commit", traces(requests), attempt(requests))
                .onErrorResume(Lost.class, lost -> afterUnknown(requests, lost.written))
                .doOnNext(written -> {
                    frontier.advanced(written.attempt.after);
                    committed.accept(traced(requests, written.attempt));
                    answer(requests, written);
                })
                .then()
                .onErrorResume(error -> {
                    if (requests.size() > 1 && SqlErrors.isRefusal(error)) {
                        int half = requests.size() / 2;
                        return commit(requests.subList(0, half), committed)
                                .then(Mono.defer(() -> commit(requests.subList(half, requests.size()), committed)));
                    }
                    requests.forEach(request -> request.fail(error));
                    return Mono.empty();
                });
    }

    private static void answer(List<PublishRequest> requests, Written written) {
        for (int i = 0; i < requests.size(); i++) {
            PublishRequest request = requests.get(i);
            if (written.attempt.decisions.get(i) instanceof Decision.Stale) {
                request.fail(new StaleDraftException());
            } else {
                request.succeed(written.answers.outcomeOf(request));
            }
        }
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

    /**
     * Begins the issuer's log, or says anew who the issuer is, where the log says otherwise; for a node's start. A forked log is
     * left as it is.
     *
     * @param committed is given the entry that was appended, after the commit, if one was
     */
    Mono<Void> describe(Consumer<List<LogEntry>> committed) {
        return attempt(List.of())
                .doOnNext(written -> {
                    frontier.advanced(written.attempt.after);
                    committed.accept(written.attempt.batch.entries());
                })
                .then()
                .onErrorResume(LogForkedException.class, forked -> {
                    LOG.warn("Nothing can be published: {}. See docs/operations.md.", forked.getMessage());
                    return Mono.empty();
                });
    }

    /** As {@link OwnLogWriter#checkKey}. */
    void checkKey(Optional<LogHead> head) {
        log.checkKey(head);
    }

    /** What was answered to a request that was done before; empty if there is no such request. */
    Mono<PublishOutcome> repetition(Once once) {
        return transactions
                .read(connection -> OnceRecords.find(connection, List.of(once.record()), clock.instant())
                        .flux())
                .next()
                .mapNotNull(found -> found.get(once.record()))
                .map(recorded -> Repetitions.outcome(recorded, once));
    }

    /** Forgets requests that were done {@link OnceRecords#LIFETIME} ago. */
    Mono<Void> pruneRecords() {
        return OnceRecords.prune(transactions, clock.instant());
    }

    /** The commit was sent and no answer came. */
    private static final class Lost extends RuntimeException {
        private final transient Written written;

        Lost(Written written, Throwable cause) {
            super(cause);
            this.written = written;
        }
    }

    private Mono<Written> attempt(List<PublishRequest> requests) {
        Written[] made = new Written[1];
        return transactions
                .inTransaction(connection -> decide(connection, requests)
                        .flatMap(attempt -> write(connection, requests, attempt))
                        .doOnNext(written -> made[0] = written))
                .onErrorMap(CommitUnknownException.class, e -> made[0] == null ? e : new Lost(made[0], e));
    }

    /**
     * The lock on the head waits for the lost transaction to end; then the log shows whether it has committed. If it has
     * not, nothing of it is there and it is done again, once.
     */
    private Mono<Written> afterUnknown(List<PublishRequest> requests, Written lost) {
        if (lost.attempt.changesNothing()) {
            return attempt(requests);
        }
        LogEntry first = lost.attempt.batch.entries().getFirst();
        Mono<Boolean> committed = transactions.inTransaction(connection -> log.lock(connection)
                .flatMap(row -> Events.hash(connection, row.id(), first.event().sequence()))
                .map(hash -> hash.equals(first.event().hash()))
                .defaultIfEmpty(false));
        return committed.flatMap(there -> there ? Mono.just(lost) : attempt(requests));
    }

    /** Under the lock, so that what other instances have just done is seen. */
    private Mono<Attempt> decide(PostgresqlConnection connection, List<PublishRequest> requests) {
        Instant now = clock.instant();
        Set<String> usernames =
                requests.stream().map(request -> request.command().username()).collect(Collectors.toSet());
        Set<Hash> records = requests.stream()
                .flatMap(request -> request.once().map(Once::record).stream())
                .collect(Collectors.toSet());
        return log.lockOrBegin(connection, now)
                .flatMap(row -> OnceRecords.find(connection, records, now)
                        .flatMap(recorded -> OwnProfile.load(connection, row.id(), usernames)
                                .publishOn(deciding)
                                .map(known -> decide(requests, row, known, recorded, now))));
    }

    private Attempt decide(
            List<PublishRequest> requests,
            IssuerRow row,
            List<OwnProfile> known,
            Map<Hash, OnceRecords.Recorded> recorded,
            Instant now) {
        PublishBatch batch = log.batch(row, known, now);
        if (requests.isEmpty()) {
            batch.redescribe(row);
        }
        Repetitions repetitions = new Repetitions(recorded);
        List<Decision> decisions = new ArrayList<>();
        for (PublishRequest request : requests) {
            Decision decision =
                    repetitions.of(request).orElseGet(() -> batch.decide(request.command(), request.actor()));
            if (decision instanceof Decision.Changed) {
                repetitions.done(request);
            }
            decisions.add(decision);
        }
        return new Attempt(OwnLogWriter.after(row, batch.entries()), batch, decisions, now);
    }

    /** All in one go, unless the answers have to be read in between. The changes come last: see there. */
    private static Mono<Written> write(
            PostgresqlConnection connection, List<PublishRequest> requests, Attempt attempt) {
        List<Mono<Void>> log = attempt.changesNothing()
                ? List.of()
                : OwnLogWriter.statements(connection, attempt.batch, attempt.after, attempt.now);
        Set<UUID> toRead = PublishAnswers.toRead(requests, attempt.decisions);
        if (toRead.isEmpty()) {
            return answer(connection, requests, attempt, Map.of(), log);
        }
        return Pipeline.of(log)
                .then(Mono.defer(() -> Registry.shown(connection, attempt.after.id(), toRead)))
                .flatMap(read -> answer(connection, requests, attempt, read, List.of()));
    }

    private static Mono<Written> answer(
            PostgresqlConnection connection,
            List<PublishRequest> requests,
            Attempt attempt,
            Map<UUID, PublishOutcome.Shown> read,
            List<Mono<Void>> before) {
        PublishAnswers answers = PublishAnswers.of(
                requests, attempt.decisions, attempt.after, attempt.now, read, attempt.batch.erased());
        List<Mono<Void>> statements = new ArrayList<>(before);
        statements.add(answers.writeRecords(connection));
        statements.add(Changes.append(connection, attempt.batch.changes(), attempt.now));
        return Pipeline.of(statements).thenReturn(new Written(attempt, answers));
    }
}
