package dev.grapevine.node.registry;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Follows what is applied on this database, from any change that is still kept. Whoever follows reads the table at its own
 * pace: what it has not asked for yet waits there and not in memory.
 */
public final class ChangeFeed {

    /** Changes read at once. */
    static final int PAGE_CHANGES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final Changes changes;
    private final Flux<Long> wakes;
    private final Flux<?> ticks;

    /**
     * @param wakes says that there may be something new
     * @param ticks when to say that all is quiet; also makes up for a wake that was lost
     */
    ChangeFeed(Changes changes, Flux<Long> wakes, Flux<?> ticks) {
        this.changes = changes;
        this.wakes = wakes;
        this.ticks = ticks;
    }

    /** What who follows learns next. */
    public sealed interface Step {

        /** The change that all before are known with: to be gone on from. */
        long position();

        /** The next changes, by id without a gap; at least one. */
        record Applied(List<AppliedChange> changes) implements Step {
            @Override
            public long position() {
                return changes.getLast().id();
            }
        }

        /** Changes are missing: those from the last position on are no longer kept, or it is none of this database. */
        record Forgotten(long position) implements Step {}

        /** Nothing new for some seconds. */
        record Quiet(long position) implements Step {}
    }

    /** The id of the newest change; 0 before the first. */
    public Mono<Long> last() {
        return changes.last();
    }

    /** Everything that comes after a change, without end. While the database does not answer, it is quiet. */
    public Flux<Step> follow(long after) {
        return Flux.defer(() -> {
            AtomicLong position = new AtomicLong(after);
            Mono<Boolean> atOnce = Mono.just(false);
            // wakes first: nothing may be committed between the first reading and the first waiting
            return Flux.merge(wakes.map(id -> false), ticks.map(tick -> true), atOnce)
                    .onBackpressureLatest()
                    .concatMap(tick -> news(position, tick), 1);
        });
    }

    private Flux<Step> news(AtomicLong position, boolean tick) {
        return Mono.defer(() -> changes.since(position.get(), PAGE_CHANGES))
                .repeat()
                .takeUntil(since -> !isFull(since))
                .filter(since -> tick || !isEmpty(since))
                .map(since -> step(position, since))
                .onErrorResume(error -> {
                    LOG.debug("Changes could not be read: {}", error.toString());
                    return tick ? Mono.just(new Step.Quiet(position.get())) : Mono.empty();
                });
    }

    private static boolean isFull(Changes.Since since) {
        return since instanceof Changes.Since.Page page && page.changes().size() == PAGE_CHANGES;
    }

    private static boolean isEmpty(Changes.Since since) {
        return since instanceof Changes.Since.Page page && page.changes().isEmpty();
    }

    private static Step step(AtomicLong position, Changes.Since since) {
        Step step = switch (since) {
            case Changes.Since.Forgotten forgotten -> new Step.Forgotten(forgotten.last());
            case Changes.Since.Page page ->
                page.changes().isEmpty() ? new Step.Quiet(position.get()) : new Step.Applied(page.changes());
        };
        position.set(step.position());
        return step;
    }
}
