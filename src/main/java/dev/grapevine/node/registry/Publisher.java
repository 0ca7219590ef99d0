package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.sql.BatchWorker;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.tracing.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes, updates, revokes and erases profiles of this node's issuer. Answers come after the commit. Requests that
 * come at the same time share a transaction; credentials are signed before it, on threads of their own. Beyond the queue,
 * requests fail with {@link OverloadedException}; while the clock is off, with {@link ClockOffException}.
 */
public final class Publisher implements AppendedRuns {

    /** What a request weighs at least, in bytes, so that bytes bound the number of requests too. */
    static final int MIN_REQUEST_BYTES = 4 * 1024;

    /** The most that waits for a transaction: 8,192 requests of the usual size, or fewer large ones. */
    static final int MAX_QUEUED_BYTES = 32 * 1024 * 1024;

    /** The most in one transaction: 512 requests of the usual size. */
    static final int MAX_BATCH_BYTES = 2 * 1024 * 1024;

    /** A node whose clock is further off the median of its peers' does not sign (design §4, "When is an event valid?"). */
    static final Duration MAX_CLOCK_OFFSET = Duration.ofMinutes(2);

    /** The most messages that a slow network may leave waiting; beyond, the oldest go. */
    static final int MAX_APPENDED_MESSAGES = 256;

    /** Commits end on several threads; one waits for the other. */
    private static final EmitFailureHandler PATIENTLY = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final GroupCommit commits;
    private final KeyRotations rotations;
    private final Mono<Void> ownLogKnown;
    private final CredentialIssuer credentials;
    private final StatusPlaces statusPlaces;
    private final Clock clock;
    private final SecureRandom random;
    private final Scheduler preparing;
    private final Spans spans;
    private final PeerClock peerClock;
    private final BatchWorker<PublishRequest> worker;
    private final MeterRegistry meters;
    private final Timer requests;
    private final Timer imports;
    private final LongAdder droppedMessages = new LongAdder();
    private final Sinks.Many<ProfileMessage> appended = Sinks.many().multicast().directBestEffort();

    /** @param ownLogKnown completes when the node may add to its log; until then requests wait in the queue */
    Publisher(
            GroupCommit commits,
            KeyRotations rotations,
            CredentialIssuer credentials,
            StatusPlaces statusPlaces,
            Clock clock,
            SecureRandom random,
            Scheduler preparing,
            Spans spans,
            PeerClock peerClock,
            Mono<Void> ownLogKnown,
            MeterRegistry meters) {
        this.meters = meters;
        this.requests = RegistryMetrics.latency(meters, false);
        this.imports = RegistryMetrics.latency(meters, true);
        this.spans = spans;
        this.peerClock = peerClock;
        this.commits = commits;
        this.rotations = rotations;
        this.ownLogKnown = ownLogKnown;
        this.credentials = credentials;
        this.statusPlaces = statusPlaces;
        this.clock = clock;
        this.random = random;
        this.preparing = preparing;
        this.worker = BatchWorker.resting(
                MAX_QUEUED_BYTES,
                MAX_BATCH_BYTES,
                request -> Math.max(MIN_REQUEST_BYTES, request.command().bytes()),
                requests -> ownLogKnown.then(Mono.defer(() -> commit(requests))),
                Schedulers.parallel());
    }

    private Mono<Void> commit(List<PublishRequest> queued) {
        List<PublishRequest> requests =
                queued.stream().filter(PublishRequest::begin).toList();
        return requests.isEmpty() ? Mono.empty() : commits.commit(requests, this::emit);
    }

    /** What a request was answered that was done before; empty if there was none. Publishing finds that too, but later. */
    public Mono<PublishOutcome> repetition(Once once) {
        return commits.repetition(once);
    }

    /** Publishes a new profile. Fails as {@link #prepare} does. */
    public Mono<PublishOutcome> publish(ProfileRequest request, Actor actor, Optional<Once> once) {
        return prepareOne(request).flatMap(draft -> submit(draft, PublishCommand.Mode.CREATE, actor, once));
    }

    /** Publishes a new version of a profile; the same content once more changes nothing. */
    public Mono<PublishOutcome> update(ProfileRequest request, Actor actor, Optional<Once> once) {
        return prepareOne(request).flatMap(draft -> submit(draft, PublishCommand.Mode.REPLACE, actor, once));
    }

    /** Makes a profile what a roster says: new, a new version, or unchanged. In the order in which it is subscribed to. */
    public Mono<PublishOutcome> bring(Draft draft, Actor actor) {
        return submit(draft, PublishCommand.Mode.IMPORT, actor, Optional.empty());
    }

    /** Revokes a profile; a second time changes nothing. */
    public Mono<PublishOutcome> revoke(String username, Optional<String> reason, Actor actor, Optional<Once> once) {
        return submit(new PublishCommand.Revoke(username, reason), actor, once);
    }

    /** Erases everything that was published under a username. */
    public Mono<PublishOutcome> erase(String username, Actor actor, Optional<Once> once) {
        return submit(new PublishCommand.Erase(username), actor, once);
    }

    /**
     * Has a new key take over; from its answer on, it signs.
     *
     * @param replaces the key to be rotated, which makes repeating this harmless: where another has taken over from it
     *     already, nothing is done and that one is the answer
     * @return empty where the key in force is neither that one nor its immediate successor
     */
    public Mono<KeyTakeover> rotateKey(PublicKey replaces, Actor actor) {
        return Mono.defer(() -> {
            checkClock();
            return ownLogKnown.then(Mono.defer(() -> rotations.rotate(replaces, actor, this::emit)));
        });
    }

    void emit(List<LogEntry> entries) {
        ProfileMessage.split(entries).forEach(message -> appended.emitNext(message, PATIENTLY));
    }

    /**
     * Makes and signs the credential. Fails with {@link dev.grapevine.node.credential.InvalidClaimsException} where the
     * claims make none, and with {@link dev.grapevine.libp2p.multiformats.MalformedException} where the body breaks a
     * limit.
     */
    public Mono<Draft> prepare(ProfileRequest request) {
        return statusPlaces.take().publishOn(preparing).map(place -> makeOrGiveBack(request, place));
    }

    private Draft makeOrGiveBack(ProfileRequest request, Optional<StatusPlace> place) {
        try {
            return Draft.make(request, place, credentials, clock.instant(), random);
        } catch (RuntimeException e) {
            place.ifPresent(statusPlaces::giveBack);
            throw e;
        }
    }

    /** A roster's lines have no spans of their own; there may be a million. */
    private Mono<Draft> prepareOne(ProfileRequest request) {
        return Mono.deferContextual(
                chain -> spans.around("prepare", Traces.of(chain).stream().toList(), prepare(request)));
    }

    private Mono<PublishOutcome> submit(Draft draft, PublishCommand.Mode mode, Actor actor, Optional<Once> once) {
        return submit(new PublishCommand.Publish(draft, mode), actor, once)
                .doOnNext(outcome -> giveBackUnlessUsed(draft, outcome))
                .onErrorResume(
                        StaleDraftException.class,
                        stale -> prepare(draft.request()).flatMap(again -> submit(again, mode, actor, once)));
    }

    /** Of a roster that says what is so already, no credential is seen by anybody: its places are free. */
    private void giveBackUnlessUsed(Draft draft, PublishOutcome outcome) {
        boolean unused = outcome instanceof PublishOutcome.Refused
                || (outcome instanceof PublishOutcome.Done done && done.effect() == PublishOutcome.Effect.UNCHANGED);
        if (unused) {
            draft.credential().status().ifPresent(statusPlaces::giveBack);
        }
    }

    private Mono<PublishOutcome> submit(PublishCommand command, Actor actor, Optional<Once> once) {
        return Mono.deferContextual(chain -> {
            checkClock();
            PublishRequest request = new PublishRequest(command, actor, once).in(Traces.of(chain));
            Timer.Sample sample = Timer.start(meters);
            return worker.offer(request)
                    ? request.answer().doOnNext(outcome -> sample.stop(timer(command)))
                    : Mono.error(new OverloadedException());
        });
    }

    private Timer timer(PublishCommand command) {
        return command instanceof PublishCommand.Publish publish && publish.mode() == PublishCommand.Mode.IMPORT
                ? imports
                : requests;
    }

    private void checkClock() {
        Optional<Duration> ahead = peerClock.ahead();
        if (ahead.isPresent() && ahead.get().abs().compareTo(MAX_CLOCK_OFFSET) > 0) {
            throw new ClockOffException(ahead.get());
        }
    }

    BatchWorker<PublishRequest> worker() {
        return worker;
    }

    long droppedMessages() {
        return droppedMessages.sum();
    }

    @Override
    public Flux<ProfileMessage> appended() {
        return appended.asFlux()
                .onBackpressureBuffer(
                        MAX_APPENDED_MESSAGES,
                        dropped -> droppedMessages.increment(),
                        BufferOverflowStrategy.DROP_OLDEST);
    }
}
