package dev.grapevine.libp2p.yamux;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.SecuredStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A connection whose streams yamux carries over one secured stream. Lives on the event loop. */
public final class YamuxConnection implements Connection {

    /** The protocol id that it is negotiated by. */
    public static final String PROTOCOL = "/yamux/1.0.0";

    private static final System.Logger LOG = System.getLogger(YamuxConnection.class.getName());
    private static final long TICK_MILLIS = 1_000;

    /** How long what was sent last may take to leave. */
    private static final long CLOSE_MILLIS = 1_000;

    private final SecuredStream secured;
    private final boolean dialled;
    private final Multiaddr localAddress;
    private final Multiaddr remoteAddress;
    private final ScheduledExecutorService loop;
    private final LongSupplier nanoTime;
    private final YamuxState state;
    private final FrameDecoder decoder = new FrameDecoder();
    private final Map<Integer, YamuxByteStream> streams = new HashMap<>();
    private final Queue<CompletableFuture<ByteStream>> opening = new ArrayDeque<>();
    private final Queue<ByteStream> early = new ArrayDeque<>(); // at most as many as the peer may have open
    private final Queue<Output> outputs = new ArrayDeque<>();
    private final ByteArrayOutputStream unflushed = new ByteArrayOutputStream();
    private final List<CompletableFuture<Void>> written = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ScheduledFuture<?> ticks;
    private @Nullable Consumer<ByteStream> onStream;
    private CompletionStage<Void> lastWrite = CompletableFuture.completedFuture(null);
    private boolean carryingOut;

    /**
     * @param secured both sides have agreed on yamux, and nothing of it was sent or received yet
     * @param dialled whether this host is yamux's client
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public YamuxConnection(
            SecuredStream secured,
            boolean dialled,
            Multiaddr localAddress,
            Multiaddr remoteAddress,
            YamuxConfig config,
            ScheduledExecutorService loop,
            LongSupplier nanoTime) {
        this.secured = secured;
        this.dialled = dialled;
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.state = new YamuxState(config, dialled, nowMillis());
        this.ticks = loop.scheduleAtFixedRate(
                () -> handle(new Input.Tick()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        secured.bytes().receive(new Incoming());
    }

    @Override
    public PeerId peer() {
        return secured.peer();
    }

    @Override
    public Multiaddr localAddress() {
        return localAddress;
    }

    @Override
    public Multiaddr remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean dialled() {
        return dialled;
    }

    @Override
    public CompletionStage<ByteStream> openStream() {
        CompletableFuture<ByteStream> opened = new CompletableFuture<>();
        if (ticks.isCancelled()) {
            opened.completeExceptionally(new IOException("the connection is closed"));
        } else {
            opening.add(opened);
            handle(new Input.Open());
        }
        return opened;
    }

    @Override
    public void acceptStreams(Consumer<ByteStream> consumer) {
        onStream = consumer;
        for (ByteStream stream = early.poll(); stream != null; stream = early.poll()) {
            consumer.accept(stream);
        }
    }

    @Override
    public CompletionStage<Void> closed() {
        return closed;
    }

    @Override
    public void close() {
        handle(new Input.Close());
    }

    @Override
    public String toString() {
        return (dialled ? "to " : "from ") + remoteAddress + "/p2p/" + peer();
    }

    /** What a callback causes is carried out after what is under way. */
    private void handle(Input input) {
        outputs.addAll(state.handle(input, nowMillis()));
        if (carryingOut) {
            return;
        }
        carryingOut = true;
        try {
            while (!outputs.isEmpty()) {
                carryOut(outputs.remove());
                if (outputs.isEmpty()) {
                    flush();
                }
            }
        } finally {
            carryingOut = false;
        }
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Send send -> unflushed.writeBytes(send.frame().encode());
            case Output.Opened opened -> opening.remove().complete(stream(opened.stream()));
            case Output.Refused refused -> opening.remove().completeExceptionally(new IOException(refused.reason()));
            case Output.Inbound inbound -> accept(stream(inbound.stream()));
            case Output.Data data -> on(data.stream(), stream -> stream.data(data.bytes()));
            case Output.End end -> on(end.stream(), YamuxByteStream::end);
            case Output.WasReset reset -> {
                on(reset.stream(), stream -> stream.wasReset(reset.reason()));
                streams.remove(reset.stream());
            }
            case Output.Passed passed -> on(passed.stream(), stream -> stream.passed(passed.bytes(), written::add));
            case Output.Done done -> streams.remove(done.stream());
            case Output.Over over -> end(over.reason());
        }
    }

    private YamuxByteStream stream(int id) {
        YamuxByteStream stream = new YamuxByteStream(id, this::handle);
        streams.put(id, stream);
        return stream;
    }

    private void accept(ByteStream stream) {
        if (onStream == null) {
            early.add(stream);
        } else {
            onStream.accept(stream);
        }
    }

    /** A receiver that fails loses its stream, not the connection. */
    private void on(int id, Consumer<YamuxByteStream> event) {
        YamuxByteStream stream = streams.get(id);
        if (stream == null) {
            return;
        }
        try {
            event.accept(stream);
        } catch (RuntimeException broken) {
            LOG.log(Level.WARNING, "A stream is reset, for its receiver has failed", broken);
            stream.reset();
        }
    }

    private void flush() {
        if (unflushed.size() == 0) {
            return;
        }
        byte[] bytes = unflushed.toByteArray();
        unflushed.reset();
        List<CompletableFuture<Void>> passed = List.copyOf(written);
        written.clear();
        lastWrite = secured.bytes().write(bytes);
        lastWrite.whenComplete((done, failure) -> {
            for (CompletableFuture<Void> write : passed) {
                if (failure == null) {
                    write.complete(null);
                } else {
                    write.completeExceptionally(new IOException("the connection is closed", failure));
                }
            }
            handle(
                    failure == null
                            ? new Input.Flushed(bytes.length)
                            : new Input.Lost("nothing can be sent: " + failure.getMessage()));
        });
    }

    private void end(String reason) {
        LOG.log(Level.DEBUG, () -> "Connection " + this + ": " + reason);
        ticks.cancel(false);
        flush();
        secured.bytes().closeWrite();
        List.copyOf(streams.keySet()).forEach(id -> on(id, stream -> stream.wasReset(reason)));
        streams.clear();
        opening.forEach(stream -> stream.completeExceptionally(new IOException(reason)));
        opening.clear();
        ScheduledFuture<?> late = loop.schedule(this::abandon, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        lastWrite.whenComplete((done, failure) -> {
            late.cancel(false);
            abandon();
        });
    }

    private void abandon() {
        secured.bytes().reset();
        closed.complete(null);
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }

    private final class Incoming implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {
            decoder.add(bytes);
            try {
                for (Frame frame = decoder.next(); frame != null; frame = decoder.next()) {
                    handle(new Input.Received(frame));
                }
            } catch (MalformedException e) {
                handle(new Input.Malformed("the peer does not speak yamux: " + e.getMessage()));
            }
        }

        @Override
        public void end() {
            handle(new Input.Lost("the peer has closed the connection"));
        }

        @Override
        public void reset() {
            handle(new Input.Lost("the connection was cut"));
        }
    }
}
