package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.sql.BatchWorker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Looks profiles up, from memory where that is right: an answer has everything that was committed on this database, by whichever
 * instance, before the lookup arrived (docs/decisions/2026-11-20-lookups-from-memory.md). Where it is not known that nothing has changed,
 * the log of changes is read; lookups that arrive meanwhile wait for the next reading of it, all of them for the same one.
 */
public final class Lookups {

    /** Lookups under way; more are refused. */
    static final int MAX_WAITING = 20_000;

    /** Usernames that one query reads. */
    static final int MAX_READ_AT_ONCE = 100;

    private final Supplier<Mono<Void>> catchUp;
    private final BooleanSupplier caughtUp;
    private final LookupMemory memory;
    private final Answers answers;
    private final Clock clock;
    private final BatchWorker<Waiting> checks;
    private final BatchWorker<Wanted> reads;
    private final MeterRegistry meters;
    private final Timer remembered;
    private final Timer read;

    /** @param thread where to go on */
    private record Waiting(MonoSink<Boolean> sink, Executor thread) {}

    private record Wanted(String username, MonoSink<Answer> sink) {}

    /**
     * @param catchUp completes when the memory has forgotten what concerns changes that were committed before
     * @param caughtUp whether it is known to have done so without asking
     */
    Lookups(
            Supplier<Mono<Void>> catchUp,
            BooleanSupplier caughtUp,
            LookupMemory memory,
            Answers answers,
            Clock clock,
            MeterRegistry meters) {
        this.meters = meters;
        this.remembered = LookupMetrics.latency(meters, "memory");
        this.read = LookupMetrics.latency(meters, "database");
        this.catchUp = catchUp;
        this.caughtUp = caughtUp;
        this.memory = memory;
        this.answers = answers;
        this.clock = clock;
        this.checks = new BatchWorker<>(MAX_WAITING, MAX_WAITING, waiting -> 1, this::check);
        this.reads = new BatchWorker<>(MAX_WAITING, MAX_READ_AT_ONCE, wanted -> 1, this::read);
    }

    /** What all issuers say under a username; the first page of it, where it has several. */
    public Mono<Answer> find(String username) {
        return find(username, Runnable::run);
    }

    /**
     * The same, where many wait: answers that go on in one thread are handed over to it together, which spares it most of its wakings.
     *
     * @param thread that what is remembered is answered in
     */
    public Mono<Answer> find(String username, Executor thread) {
        if (!Usernames.isValid(username)) {
            return Mono.just(answers.unknown());
        }
        return Mono.defer(() -> {
            Timer.Sample sample = Timer.start(meters);
            return caughtUp(thread).flatMap(done -> {
                Answer answer = memory.get(username, clock.millis());
                if (answer != null) {
                    sample.stop(remembered);
                    return Mono.just(answer);
                }
                return Mono.<Answer>create(sink -> offer(reads, new Wanted(username, sink), sink))
                        .doOnNext(found -> sample.stop(read));
            });
        });
    }

    /**
     * A later page of it.
     *
     * @param after where the page before ended
     */
    public Mono<Answer> find(String username, Place after) {
        return Usernames.isValid(username) ? answers.read(username, after) : Mono.just(answers.unknown());
    }

    /** The same of many usernames: what is not remembered is read in one go. To be called with 100 at the most. */
    public Mono<Map<String, Answer>> findAll(Set<String> usernames) {
        return caughtUp(Runnable::run).flatMap(done -> {
            Map<String, Answer> found = new HashMap<>();
            Set<String> missing = new HashSet<>();
            long now = clock.millis();
            for (String username : usernames) {
                Answer answer = Usernames.isValid(username) ? memory.get(username, now) : answers.unknown();
                if (answer != null) {
                    found.put(username, answer);
                } else {
                    missing.add(username);
                }
            }
            return missing.isEmpty()
                    ? Mono.just(found)
                    : readAll(missing).doOnNext(found::putAll).thenReturn(found);
        });
    }

    BatchWorker<?> checks() {
        return checks;
    }

    BatchWorker<?> reads() {
        return reads;
    }

    /** Has the memory forget what was changed by now, so that nothing of an erased person stays there until somebody asks for them. */
    Mono<Void> forgetChanged() {
        return caughtUp(Runnable::run).then();
    }

    private Mono<Boolean> caughtUp(Executor thread) {
        return Mono.defer(() -> caughtUp.getAsBoolean()
                ? Mono.just(true)
                : Mono.create(sink -> offer(checks, new Waiting(sink, thread), sink)));
    }

    private static <T> void offer(BatchWorker<T> worker, T item, MonoSink<?> sink) {
        if (!worker.offer(item)) {
            sink.error(new OverloadedException());
        }
    }

    private Mono<Void> check(List<Waiting> batch) {
        return catchUp.get()
                .doOnSuccess(done -> hand(batch, sink -> sink.success(true)))
                .doOnError(error -> hand(batch, sink -> sink.error(error)))
                .onErrorComplete();
    }

    /** One task for each thread. */
    private static void hand(List<Waiting> batch, Consumer<MonoSink<Boolean>> signal) {
        Map<Executor, List<MonoSink<Boolean>>> threads = new HashMap<>();
        for (Waiting waiting : batch) {
            threads.computeIfAbsent(waiting.thread, thread -> new ArrayList<>()).add(waiting.sink);
        }
        threads.forEach((thread, sinks) -> thread.execute(() -> sinks.forEach(signal)));
    }

    private Mono<Void> read(List<Wanted> batch) {
        Set<String> usernames = new HashSet<>();
        batch.forEach(wanted -> usernames.add(wanted.username));
        return readAll(usernames)
                .doOnNext(found -> batch.forEach(wanted -> wanted.sink.success(found.get(wanted.username))))
                .doOnError(error -> batch.forEach(wanted -> wanted.sink.error(error)))
                .onErrorComplete()
                .then();
    }

    private Mono<Map<String, Answer>> readAll(Set<String> usernames) {
        return Mono.using(memory::load, load -> answers.read(usernames).doOnNext(found -> found.forEach(load::keep)));
    }
}
