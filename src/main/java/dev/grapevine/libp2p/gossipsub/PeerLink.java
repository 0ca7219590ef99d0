package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.Swarm;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to one peer: our outbound stream, which is opened anew where it is lost, and what waits for it. Lives on the
 * event loop.
 */
final class PeerLink {

    /** What may be under way inside the transport; the rest waits here, where it can still give way. */
    static final int MAX_BYTES_UNDER_WAY = 256 * 1024;

    /** How often a stream is opened in a row that does not last. */
    static final int MAX_OPENINGS = 6;

    /** Before the second opening; it doubles with each further one. */
    static final long REOPEN_MILLIS = 500;

    /** A stream that has lasted so long starts the count anew. */
    static final long LASTING_MILLIS = 60_000;

    /** A peer that takes nothing of what is under way for so long is stuck. */
    static final long STUCK_MILLIS = 30_000;

    private final Swarm swarm;
    private final PeerId peer;
    private final Listener listener;
    private final SendQueue queue;
    private final Counters counters;
    private @Nullable FrameStream stream;
    private @Nullable ScheduledFuture<?> timer;
    private int openings;
    private long underWay;
    private long stuckSince;
    private boolean hasTaken;
    private boolean pumping;
    private boolean closed;

    /** Told of what becomes of the stream. */
    interface Listener {

        /** A stream is there, for the first time or again. */
        void opened(Stream stream);

        /** No stream lasts; the link is closed. */
        void gaveUp();

        /** Some of what waited has been sent, and there is room again. */
        void hasRoom();
    }

    PeerLink(Swarm swarm, PeerId peer, int maxQueuedBytes, Counters counters, Listener listener) {
        this.swarm = swarm;
        this.peer = peer;
        this.listener = listener;
        this.counters = counters;
        this.queue = new SendQueue(maxQueuedBytes, counters);
    }

    void open() {
        if (closed) {
            return;
        }
        openings++;
        swarm.open(peer, Version.PROTOCOLS).whenComplete((opened, failure) -> {
            if (opened == null) {
                openLater();
            } else if (closed) {
                opened.bytes().reset();
            } else {
                start(new FrameStream(opened, Codec.MAX_FRAME_BYTES));
            }
        });
    }

    /** Sends a frame, or keeps it for when the stream is there. */
    void send(SendQueue.Kind kind, byte[] frame) {
        FrameStream current = stream;
        if (queue.add(kind, frame)) {
            pump();
        } else if (current != null) {
            current.reset();
            lost(current);
        } else {
            queue.clear();
        }
    }

    /** Whether what is sent now does not have to wait long, nor drives out what waits. */
    boolean hasRoom() {
        return queue.hasRoom();
    }

    /** Asked with every heartbeat: whether the peer has not read for {@link #STUCK_MILLIS} though there is what to read. */
    boolean isStuck(long now) {
        if (hasTaken || underWay == 0) {
            hasTaken = false;
            stuckSince = now;
        }
        return now - stuckSince >= STUCK_MILLIS;
    }

    void close() {
        closed = true;
        cancelTimer();
        queue.clear();
        if (stream != null) {
            stream.reset();
            stream = null;
        }
    }

    private void start(FrameStream opened) {
        stream = opened;
        underWay = 0;
        after(LASTING_MILLIS, () -> openings = 0);
        opened.receive(new FrameStream.Receiver() {
            @Override
            public void frame(byte[] frame) {
                // The peer talks on a stream of its own (pubsub, Stream management): nothing to hear on this one
            }

            @Override
            public void end() {
                // Nor does it matter when the peer says so
            }

            @Override
            public void reset() {
                lost(opened);
            }
        });
        if (stream == opened) { // not reset in the meantime
            listener.opened(opened.stream());
            pump();
        }
    }

    private void lost(FrameStream which) {
        if (which == stream) {
            stream = null;
            queue.clear();
            counters.streamsLost++;
            openLater();
        }
    }

    private void openLater() {
        if (closed) {
            return;
        }
        if (openings >= MAX_OPENINGS) {
            close();
            listener.gaveUp();
        } else {
            after(REOPEN_MILLIS << Math.max(0, openings - 1), this::open);
        }
    }

    private void after(long millis, Runnable action) {
        cancelTimer();
        timer = swarm.eventLoop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        boolean hadRoom = queue.hasRoom();
        while (stream != null && underWay < MAX_BYTES_UNDER_WAY) {
            byte[] frame = queue.poll();
            if (frame == null) {
                break;
            }
            FrameStream on = stream;
            underWay += frame.length;
            on.send(frame).whenComplete((done, failure) -> sent(on, frame.length, failure));
        }
        pumping = false;
        if (!hadRoom && queue.hasRoom()) {
            listener.hasRoom();
        }
    }

    private void sent(FrameStream on, int length, @Nullable Throwable failure) {
        if (failure != null) {
            lost(on);
        } else if (on == stream) {
            underWay -= length;
            hasTaken = true;
            pump();
        }
    }
}
