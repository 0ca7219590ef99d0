package dev.grapevine.node.network;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.Intake.Arriving;
import dev.grapevine.node.registry.Intake.Pulled;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Ranges of logs on their way from peers to the registry: read ahead up to a bound, and handed on in the order of the log as fast as the
 * registry takes them, so that its pace holds the peers back. Lives on the event loop; {@link SyncState} decides.
 */
final class PulledLogs {

    /**
     * What is read of one range before it is applied: a whole answer of an honest peer. Beyond, and at most a frame, flow control
     * holds the peer back.
     */
    static final int READ_AHEAD_BYTES = SyncServer.MAX_ANSWER_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(PulledLogs.class);

    private final SyncClient client;
    private final Intake intake;
    private final Divergences divergences;
    private final Scheduler loop;
    private final Consumer<Input> inputs;
    private final Consumer<Flux<Input>> work;
    private final Map<Long, Fetch> fetches = new HashMap<>();
    private final Map<IssuerId, LogStream> streams = new HashMap<>();

    /**
     * @param loop the event loop
     * @param inputs where to tell what has come
     * @param work carries out what tells of itself
     */
    PulledLogs(
            SyncClient client,
            Intake intake,
            Divergences divergences,
            Scheduler loop,
            Consumer<Input> inputs,
            Consumer<Flux<Input>> work) {
        this.client = client;
        this.intake = intake;
        this.divergences = divergences;
        this.loop = loop;
        this.inputs = inputs;
        this.work = work;
    }

    void pull(Output.Pull order) {
        Fetch fetch = new Fetch(order);
        fetches.put(order.range(), fetch);
        client.ask(order.peer(), new Request.Range(order.issuer(), order.from(), order.to()))
                .subscribe(fetch);
    }

    void open(long range) {
        Fetch fetch = fetches.get(range);
        if (fetch != null) {
            IssuerId issuer = fetch.order.issuer();
            LogStream stream = streams.get(issuer);
            if (stream == null) {
                stream = new LogStream(issuer);
                streams.put(issuer, stream);
                work.accept(stream.inputs());
            }
            fetch.stream = stream;
            stream.open.add(fetch);
            stream.drain();
        }
    }

    void cancel(long range) {
        Fetch fetch = fetches.get(range);
        if (fetch != null) {
            fetch.dispose();
            fetch.over();
        }
    }

    void close(IssuerId issuer) {
        for (Fetch fetch : List.copyOf(fetches.values())) {
            if (fetch.order.issuer().equals(issuer)) {
                fetches.remove(fetch.order.range());
                fetch.dispose();
            }
        }
        LogStream stream = streams.remove(issuer);
        if (stream != null) {
            stream.closed.tryEmitEmpty();
        }
    }

    /** What was read and has not been handed on, in bytes. */
    long bytes() {
        return fetches.values().stream().mapToLong(fetch -> fetch.bytes).sum();
    }

    /** A frame, which is decoded when the registry takes it, on a thread of its own. */
    private static final class Frame {
        private final Output.Pull order;
        private final long first;
        private final long last;
        private final int bytes;
        private byte[] encoded;
        private volatile RangePage decoded = new RangePage(List.of());

        /**
         * @param first the sequence that its first event must have
         * @param events how many there are
         */
        Frame(Output.Pull order, long first, int events, byte[] encoded) {
            this.order = order;
            this.first = first;
            this.last = first + events - 1;
            this.bytes = encoded.length;
            this.encoded = encoded;
        }

        List<LogEntry> entries() {
            decoded = RangePage.decode(encoded);
            encoded = new byte[0];
            SignedEvent event = decoded.entries().getFirst().event();
            if (event.sequence() != first || !event.issuer().equals(order.issuer())) {
                throw new MalformedException("events that were not asked for");
            }
            return decoded.entries();
        }

        Optional<Divergence> divergence(long sequence) {
            return decoded.hashAt(sequence)
                    .map(theirs -> new Divergence(order.issuer(), sequence, theirs, order.peer()));
        }
    }

    /** One range as it comes. */
    private final class Fetch extends BaseSubscriber<byte[]> {

        private final Output.Pull order;
        private final Deque<Frame> frames = new ArrayDeque<>();
        private long next;
        private int bytes;
        private boolean paused;
        private boolean over;
        private @Nullable LogStream stream;

        Fetch(Output.Pull order) {
            this.order = order;
            this.next = order.from();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(1);
        }

        @Override
        protected void hookOnNext(byte[] frame) {
            try {
                int events = RangePage.countEvents(frame);
                frames.add(new Frame(order, next, events, frame));
                next += events;
                bytes += frame.length;
                inputs.accept(new Input.Arrived(order.range(), next - 1));
            } catch (MalformedException malformed) {
                dispose();
                fail(malformed);
                return;
            }
            if (stream != null) {
                stream.drain();
            }
            if (bytes < READ_AHEAD_BYTES) {
                request(1);
            } else {
                pause(true);
            }
        }

        @Override
        protected void hookOnComplete() {
            inputs.accept(new Input.Ended(order.range()));
            over();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            fail(failure);
        }

        private void fail(Throwable failure) {
            LOG.debug("{} gave up sending {}: {}", order.peer(), order.issuer().did(), failure.toString());
            hookOnComplete();
        }

        private void over() {
            over = true;
            if (stream != null) {
                stream.drain();
            } else if (frames.isEmpty()) {
                fetches.remove(order.range());
            }
        }

        private void pause(boolean on) {
            paused = on;
            inputs.accept(new Input.Paused(order.range(), on));
        }

        /** The next frame, if there is one. Half of the room must be free before the peer is read on. */
        @Nullable
        Frame poll() {
            Frame frame = frames.poll();
            if (frame != null) {
                bytes -= frame.bytes;
                if (paused && !over && bytes <= READ_AHEAD_BYTES / 2) {
                    pause(false);
                    request(1);
                }
            }
            return frame;
        }
    }

    /** What is handed on of one log, in its order. */
    private final class LogStream {

        private final IssuerId issuer;
        private final Deque<Fetch> open = new ArrayDeque<>();
        private final Deque<Frame> handedOn = new ArrayDeque<>();
        private final Sinks.Empty<Void> closed = Sinks.empty();
        private @Nullable FluxSink<Arriving> sink;
        private boolean draining;

        LogStream(IssuerId issuer) {
            this.issuer = issuer;
        }

        Flux<Input> inputs() {
            Flux<Arriving> runs = Flux.create(taker -> {
                sink = taker;
                taker.onRequest(n -> loop.schedule(this::drain));
            });
            return intake.pulled(runs)
                    .publishOn(loop)
                    .concatMapIterable(this::inputs)
                    .onErrorResume(failure -> Flux.just(failed(failure)))
                    .takeUntil(input -> input instanceof Input.Stopped)
                    .takeUntilOther(closed.asMono());
        }

        private void drain() {
            if (draining) {
                return;
            }
            draining = true;
            while (sink != null && sink.requestedFromDownstream() > 0 && !open.isEmpty()) {
                Fetch fetch = open.getFirst();
                Frame frame = fetch.poll();
                if (frame != null) {
                    handedOn.add(frame);
                    sink.next(new Arriving(frame::entries, fetch.order.peer()));
                } else if (fetch.over) {
                    open.removeFirst();
                    fetches.remove(fetch.order.range());
                } else {
                    break;
                }
            }
            draining = false;
        }

        /** Where less was applied than the frame has, the rest is too early. */
        private List<Input> inputs(Pulled outcome) {
            Frame frame = handedOn.removeFirst();
            if (!(outcome instanceof Pulled.Applied applied)) {
                return List.of(notApplied(frame, outcome));
            }
            Input done = new Input.Applied(issuer, applied.headSequence());
            return applied.headSequence() < frame.last ? List.of(done, stopped(frame, Why.EARLY)) : List.of(done);
        }

        private Input notApplied(Frame frame, Pulled outcome) {
            return switch (outcome) {
                case Pulled.Applied applied -> throw new IllegalArgumentException("it was applied: " + applied);
                case Pulled.Refused refused -> {
                    LOG.warn("{} sent a range that is refused: {}", frame.order.peer(), refused.reason());
                    yield stopped(frame, Why.REFUSED);
                }
                case Pulled.Conflict conflict -> {
                    frame.divergence(conflict.sequence()).ifPresent(divergences::found);
                    yield stopped(frame, Why.DECLINED);
                }
                case Pulled.Frozen frozen -> {
                    frame.divergence(frozen.sequence()).ifPresent(divergences::suspect);
                    yield stopped(frame, Why.DECLINED);
                }
                // events that only seem to be missing: those of a key that is not in force in our history
                case Pulled.Behind behind -> {
                    frame.divergence(behind.missingFrom() - 1).ifPresent(divergences::suspect);
                    yield stopped(frame, Why.DECLINED);
                }
                case Pulled.Declined declined -> stopped(frame, Why.DECLINED);
                case Pulled.Early early -> stopped(frame, Why.EARLY);
                case Pulled.Overloaded overloaded -> stopped(frame, Why.OURS);
            };
        }

        private Input failed(Throwable failure) {
            LOG.debug("Events of {} could not be applied: {}", issuer.did(), failure.toString());
            Output.Pull order = handedOn.isEmpty() ? open.getFirst().order : handedOn.getFirst().order;
            return new Input.Stopped(issuer, order.peer(), Why.OURS);
        }

        private Input stopped(Frame frame, Why why) {
            return new Input.Stopped(issuer, frame.order.peer(), why);
        }
    }
}
