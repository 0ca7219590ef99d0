package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialDataResponse;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.Message;
import dev.grapevine.libp2p.autonat.ServerState.Input;
import dev.grapevine.libp2p.autonat.ServerState.Output;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Between the side that dials when it is asked to and the network. Lives on the event loop. */
final class ServerHandler {

    /** A stream of a client is reset after so long, whatever is said on it. */
    static final long MAX_STREAM_MILLIS = 30_000;

    private static final System.Logger LOG = System.getLogger(ServerHandler.class.getName());

    private final DefaultSwarm swarm;
    private final Supplier<DefaultSwarm> diallers;
    private final ServerState state;
    private final Counters counters;
    private final LongSupplier nanoTime;
    private final Map<Long, Request> requests = new HashMap<>();
    private long lastRequest;
    private @Nullable DefaultSwarm dialler;
    private boolean closed;

    /** @param diallers makes what dials under another id, from other ports: once, for the first dial, for most hosts have none */
    ServerHandler(
            DefaultSwarm swarm,
            Supplier<DefaultSwarm> diallers,
            ServerState state,
            Counters counters,
            LongSupplier nanoTime) {
        this.swarm = swarm;
        this.diallers = diallers;
        this.state = state;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    void start() {
        swarm.handle(Autonat.DIAL_REQUEST, stream -> {
            FrameStream frames = new FrameStream(stream, Codec.MAX_FRAME_BYTES);
            frames.receive(new Request(++lastRequest, frames), swarm.eventLoop(), MAX_STREAM_MILLIS);
        });
    }

    /**
     * Ends what was dialled, and dials nobody any more. The streams of those that wait for a dial, and of those that ask later,
     * are reset: that this host ends says nothing about their addresses.
     */
    CompletionStage<Void> close() {
        closed = true;
        for (Request request : List.copyOf(requests.values())) {
            request.stream.reset();
            request.reset();
        }
        return dialler == null ? CompletableFuture.completedStage(null) : dialler.close();
    }

    private void apply(Input input) {
        for (Output output : state.handle(input, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()))) {
            switch (output) {
                case Output.AskData ask -> {
                    Request request = requests.get(ask.id());
                    if (request != null) {
                        request.stream.send(Codec.encode(ask.request()));
                    }
                }
                case Output.Dial dial -> dial(dial);
                case Output.Answer answer -> answer(answer.id(), answer.response());
                case Output.Reset reset -> reset(reset.id());
            }
        }
    }

    private void dial(Output.Dial dial) {
        if (closed) {
            reset(dial.id());
            return;
        }
        if (dialler == null) {
            dialler = diallers.get();
        }
        DialBack.dial(dialler, dial.peer(), dial.address(), dial.nonce()).whenComplete((status, never) -> {
            LOG.log(Level.DEBUG, () -> "dialled " + dial.peer() + " at " + dial.address() + ": " + status);
            apply(new Input.Dialled(dial.id(), status));
        });
    }

    private void reset(long id) {
        Request request = requests.remove(id);
        if (request != null) {
            request.stream.reset();
        }
    }

    private void answer(long id, DialResponse response) {
        switch (response.status()) {
            case OK -> counters.dialled++;
            case E_DIAL_REFUSED -> counters.refused++;
            default -> counters.rejected++;
        }
        Request request = requests.remove(id);
        if (request != null) {
            request.stream.send(Codec.encode(response));
            request.stream.closeWrite();
        }
    }

    /** What one client asks, and the data that it sends. */
    private final class Request implements FrameStream.Receiver {

        private final long id;
        private final FrameStream stream;
        private boolean asked;

        Request(long id, FrameStream stream) {
            this.id = id;
            this.stream = stream;
        }

        @Override
        public void frame(byte[] frame) {
            Message message = Codec.decode(frame);
            if (message instanceof DialRequest request && !asked) {
                asked = true;
                requests.put(id, this);
                Connection from = stream.stream().connection();
                apply(new Input.Requested(
                        id, from.peer(), Autonat.place(from), IpAddresses.of(from.remoteAddress()), request));
            } else if (message instanceof DialDataResponse data && asked) {
                apply(new Input.Data(id, data.bytes()));
            } else {
                throw new MalformedException("no message that a client sends now");
            }
        }

        /** The client may end its side while it waits for the answer, but not before it has sent the data. */
        @Override
        public void end() {
            if (asked) {
                apply(new Input.Gone(id));
            } else {
                stream.closeWrite();
            }
        }

        @Override
        public void reset() {
            requests.remove(id);
            apply(new Input.Gone(id));
        }
    }
}
