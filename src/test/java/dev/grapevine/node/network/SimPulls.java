package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SimNetwork.Answer;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.registry.ModelledRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Does on the virtual network what {@link PulledLogs} does: hands ranges on in the order of their logs. */
final class SimPulls {

    private final SimNode.Running process;
    private final SimNetwork network;
    private final ModelledRegistry registry;
    private final Consumer<Input> inputs;
    private final Consumer<Divergence> diverged;
    private final Map<Long, Fetch> fetches = new HashMap<>();
    private final Map<IssuerId, LogStream> streams = new HashMap<>();

    SimPulls(SimNode.Running process, SimNetwork network, Consumer<Input> inputs, Consumer<Divergence> diverged) {
        this.process = process;
        this.network = network;
        this.registry = process.registry();
        this.inputs = inputs;
        this.diverged = diverged;
    }

    void pull(Output.Pull order) {
        Fetch fetch = new Fetch(order);
        fetches.put(order.range(), fetch);
        network.ask(process, order.peer(), new Request.Range(order.issuer(), order.from(), order.to()).encode(), fetch);
    }

    void open(long range) {
        Fetch fetch = fetches.get(range);
        if (fetch != null) {
            LogStream stream = streams.computeIfAbsent(fetch.order.issuer(), issuer -> new LogStream());
            fetch.stream = Optional.of(stream);
            stream.open.add(fetch);
            drain(stream);
        }
    }

    void cancel(long range) {
        Fetch fetch = fetches.get(range);
        if (fetch != null) {
            fetch.over = true;
            fetch.stream.ifPresent(this::drain);
        }
    }

    void close(IssuerId issuer) {
        List.copyOf(fetches.values()).stream()
                .filter(fetch -> fetch.order.issuer().equals(issuer))
                .forEach(fetch -> {
                    fetch.over = true;
                    fetches.remove(fetch.order.range());
                });
        LogStream stream = streams.remove(issuer);
        if (stream != null) {
            stream.closed = true;
        }
    }

    private record Frame(RangePage page, PeerId from, boolean isAskedFor) {}

    private static final class LogStream {
        private final Deque<Fetch> open = new ArrayDeque<>();
        private boolean busy;
        private boolean closed;
    }

    /** One frame at a time is with the registry. */
    private void drain(LogStream stream) {
        while (!stream.busy && !stream.closed && !stream.open.isEmpty()) {
            Fetch fetch = stream.open.getFirst();
            Frame frame = fetch.frames.poll();
            if (frame != null) {
                stream.busy = true;
                apply(stream, fetch.order.issuer(), frame);
            } else if (fetch.over) {
                stream.open.removeFirst();
                fetches.remove(fetch.order.range());
            } else {
                return;
            }
        }
    }

    private void apply(LogStream stream, IssuerId issuer, Frame frame) {
        if (!frame.isAskedFor) {
            inputs.accept(new Input.Stopped(issuer, frame.from, Why.REFUSED));
            return;
        }
        registry.pulled(frame.page.entries(), frame.from, outcome -> {
            differsAt(outcome)
                    .flatMap(sequence -> frame.page
                            .hashAt(sequence)
                            .map(theirs -> new Divergence(issuer, sequence, theirs, frame.from)))
                    .ifPresent(diverged);
            if (!stream.closed) {
                stream.busy = false;
                inputs.accept(input(outcome, issuer, frame.from));
                drain(stream);
            }
        });
    }

    private static Input input(Pulled outcome, IssuerId issuer, PeerId from) {
        return switch (outcome) {
            case Pulled.Applied applied -> new Input.Applied(issuer, applied.headSequence());
            case Pulled.Refused refused -> new Input.Stopped(issuer, from, Why.REFUSED);
            case Pulled.Early early -> new Input.Stopped(issuer, from, Why.EARLY);
            case Pulled.Overloaded overloaded -> new Input.Stopped(issuer, from, Why.OURS);
            default -> new Input.Stopped(issuer, from, Why.DECLINED);
        };
    }

    /** Events may only seem to be missing where they are signed by a key that is not in force in our history. */
    private static Optional<Long> differsAt(Pulled pulled) {
        return switch (pulled) {
            case Pulled.Conflict conflict -> Optional.of(conflict.sequence());
            case Pulled.Behind behind -> Optional.of(behind.missingFrom() - 1);
            default -> Optional.empty();
        };
    }

    /** One range as it comes. */
    private final class Fetch implements Answer {

        private final Output.Pull order;
        private final Deque<Frame> frames = new ArrayDeque<>();
        private Optional<LogStream> stream = Optional.empty();
        private long next;
        private boolean over;

        Fetch(Output.Pull order) {
            this.order = order;
            this.next = order.from();
        }

        @Override
        public void frame(byte[] frame, Consumer<Boolean> goOn) {
            if (!over) {
                int events = RangePage.countEvents(frame);
                frames.add(frame(RangePage.decode(frame)));
                next += events;
                inputs.accept(new Input.Arrived(order.range(), next - 1));
                stream.ifPresent(SimPulls.this::drain);
            }
            goOn.accept(!over);
        }

        private Frame frame(RangePage page) throws MalformedException {
            SignedEvent first = page.entries().getFirst().event();
            boolean asked = first.sequence() == next && first.issuer().equals(order.issuer());
            return new Frame(page, order.peer(), asked);
        }

        /** A peer that claims more of a log and sends nothing may know of a fork. */
        @Override
        public void end(boolean whole) {
            if (!over) {
                over = true;
                if (next == order.from()) {
                    process.forks().suspect(order.peer(), order.issuer());
                }
                inputs.accept(new Input.Ended(order.range()));
                stream.ifPresent(SimPulls.this::drain);
            }
        }
    }
}
