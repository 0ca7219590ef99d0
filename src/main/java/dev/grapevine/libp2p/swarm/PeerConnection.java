package dev.grapevine.libp2p.swarm;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One connection with the negotiation of its streams, in time and within limits. Lives on the event loop. */
final class PeerConnection {

    private static final System.Logger LOG = System.getLogger(PeerConnection.class.getName());

    private final Connection connection;
    private final Map<String, Consumer<Stream>> handlers;
    private final SwarmConfig config;
    private final ScheduledExecutorService loop;
    private final ConnectionResources resources;
    private final Tally tally;
    private final Map<Long, CompletableFuture<Stream>> opening = new LinkedHashMap<>();
    private long lastOpening;

    /** @param handlers of inbound streams by protocol, read at every stream */
    PeerConnection(
            Connection connection,
            Map<String, Consumer<Stream>> handlers,
            SwarmConfig config,
            ConnectionResources resources,
            ScheduledExecutorService loop,
            Tally tally) {
        this.connection = connection;
        this.handlers = handlers;
        this.config = config;
        this.resources = resources;
        this.loop = loop;
        this.tally = tally;
    }

    Connection connection() {
        return connection;
    }

    /** Starts to serve inbound streams. */
    void accept() {
        connection.acceptStreams(this::accept);
    }

    /** Ends what is under way and gives back what was taken; to be called once the connection has ended. */
    void ended() {
        resources.close();
        IOException ended = new IOException("the connection with " + connection.peer() + " has ended");
        List.copyOf(opening.values()).forEach(stream -> stream.completeExceptionally(ended));
    }

    /** As {@link Swarm#open}, on this very connection. */
    CompletionStage<Stream> open(List<String> protocolIds) {
        CompletableFuture<Stream> result = new CompletableFuture<>();
        if (opening.size() >= config.limits().maxPendingNegotiations()) {
            result.completeExceptionally(new IOException("too many streams are being opened to " + connection.peer()));
            return result;
        }
        long id = ++lastOpening;
        opening.put(id, result);
        ScheduledFuture<?> timer = loop.schedule(
                () -> result.completeExceptionally(
                        new IOException(connection.peer() + " has not answered to " + protocolIds)),
                config.negotiationMillis(),
                TimeUnit.MILLISECONDS);
        connection.openStream().whenComplete((raw, failure) -> {
            if (failure != null) {
                result.completeExceptionally(Timeouts.cause(failure));
            } else if (result.isDone()) {
                raw.reset();
            } else {
                negotiate(new BoundedStream(raw, resources), protocolIds, result);
            }
        });
        return result.whenComplete((stream, failure) -> {
            timer.cancel(false);
            opening.remove(id);
        });
    }

    private void negotiate(ByteStream raw, List<String> protocolIds, CompletableFuture<Stream> result) {
        NegotiatedStream stream = NegotiatedStream.proposing(raw, protocolIds);
        CompletionStage<Stream> wanted = result;
        wanted.whenComplete((opened, failure) -> stream.fail("nobody waits for the stream any more"));
        stream.negotiate().whenComplete((protocol, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else {
                result.complete(new Stream(protocol, connection, stream));
            }
        });
    }

    private void accept(ByteStream raw) {
        if (!resources.beginNegotiation()) {
            LOG.log(Level.DEBUG, () -> connection.peer() + " opens too many streams at once");
            raw.reset();
            return;
        }
        NegotiatedStream stream = NegotiatedStream.answering(new BoundedStream(raw, resources), handlers.keySet());
        ScheduledFuture<?> timer = loop.schedule(
                () -> stream.fail("the peer has proposed no protocol in time"),
                config.negotiationMillis(),
                TimeUnit.MILLISECONDS);
        stream.negotiate().whenComplete((protocol, failure) -> {
            timer.cancel(false);
            resources.endNegotiation();
            if (failure != null) {
                LOG.log(
                        Level.DEBUG,
                        () -> "no protocol agreed with " + connection.peer() + ": " + failure.getMessage());
                tally.refuse(Refusal.NEGOTIATION);
            } else {
                serve(protocol, stream);
            }
        });
    }

    private void serve(String protocol, NegotiatedStream stream) {
        Consumer<Stream> handler = handlers.get(protocol);
        if (handler == null || !resources.openStream(protocol)) {
            LOG.log(Level.DEBUG, () -> connection.peer() + " has enough streams of " + protocol);
            stream.reset();
            return;
        }
        stream.over().thenRun(() -> resources.closeStream(protocol));
        try {
            handler.accept(new Stream(protocol, connection, stream));
        } catch (RuntimeException broken) {
            LOG.log(Level.WARNING, "the handler of " + protocol + " failed; its stream is reset", broken);
            stream.reset();
        }
    }
}
