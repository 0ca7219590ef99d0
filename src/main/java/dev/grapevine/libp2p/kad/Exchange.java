package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request on a stream of its own, connecting first where need be, and its answer. Lives on the event loop. */
final class Exchange implements FrameStream.Receiver {

    /** From dialling to the answer. */
    static final long TIMEOUT_MILLIS = 10_000;

    private final Message request;
    private final Counters counters;
    private final CompletableFuture<Message> answer = new CompletableFuture<>();
    private @Nullable FrameStream stream;

    private Exchange(Message request, Counters counters) {
        this.request = request;
        this.counters = counters;
    }

    /**
     * Asks a peer.
     *
     * @return its answer, or the request where the protocol has no answer; fails with {@link IOException}
     */
    static CompletionStage<Message> ask(
            DefaultSwarm swarm, PeerId peer, String protocolId, Message request, Counters counters) {
        Exchange exchange = new Exchange(request, counters);
        ScheduledFuture<?> timer = swarm.eventLoop()
                .schedule(
                        () -> exchange.fail(new IOException(peer + " has not answered in time")),
                        TIMEOUT_MILLIS,
                        TimeUnit.MILLISECONDS);
        swarm.connect(peer)
                .thenCompose(connection -> swarm.open(peer, List.of(protocolId)))
                .whenComplete((opened, failure) -> {
                    if (failure == null) {
                        exchange.begin(opened);
                    } else {
                        exchange.fail(failure);
                    }
                });
        return exchange.answer.whenComplete((message, failure) -> timer.cancel(false));
    }

    private void begin(Stream opened) {
        FrameStream frames = new FrameStream(opened, Codec.MAX_FRAME_BYTES);
        stream = frames;
        if (answer.isDone()) {
            frames.reset();
            return;
        }
        CompletionStage<Void> sent = frames.send(Codec.encode(request));
        frames.closeWrite();
        frames.receive(this);
        if (request.type() == MessageType.ADD_PROVIDER) {
            sent.whenComplete((done, failure) -> {
                if (failure == null) {
                    answer.complete(request);
                } else {
                    fail(failure);
                }
            });
        }
    }

    private void fail(Throwable failure) {
        if (answer.completeExceptionally(failure) && stream != null) {
            stream.reset();
        }
    }

    @Override
    public void frame(byte[] frame) {
        try {
            answer.complete(Codec.decode(frame));
        } catch (MalformedException malformed) {
            counters.malformed++;
            throw malformed;
        }
    }

    @Override
    public void end() {
        fail(new IOException("the stream has ended without an answer"));
    }

    @Override
    public void reset() {
        answer.completeExceptionally(new IOException("the stream was reset"));
    }
}
