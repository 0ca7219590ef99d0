package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Asks peers for what we lack: one request a stream, the answer frame by frame as fast as it is consumed. */
final class SyncClient {

    /** A peer that lets us wait so long for its next frame is left for another, or half as long again. */
    static final Duration FRAME_TIMEOUT = Duration.ofSeconds(20);

    /** In one timeout there are so many looks at whether something came. */
    private static final int LOOKS = 2;

    private final Libp2pHost host;
    private final String protocol;
    private final SyncTraffic traffic;
    private final Scheduler loop;

    SyncClient(Libp2pHost host, String protocol, SyncTraffic traffic) {
        this.host = host;
        this.traffic = traffic;
        this.protocol = protocol;
        this.loop = Schedulers.fromExecutorService(host.eventLoop());
    }

    /**
     * Asks one peer. Frames come on the event loop; while none is asked for, flow control holds the peer back, and its time does
     * not run.
     *
     * @return the answer's frames; fails with {@link IOException} where the peer is gone or gives up, with
     *     {@link TimeoutException} where it stalls
     */
    Flux<byte[]> ask(PeerId peer, SyncMessages.Request request) {
        return Mono.fromCompletionStage(() -> host.open(peer, List.of(protocol)))
                .timeout(FRAME_TIMEOUT, loop)
                .flatMapMany(stream -> exchange(stream, request));
    }

    private Flux<byte[]> exchange(Stream stream, SyncMessages.Request request) {
        return Flux.create(sink -> host.eventLoop().execute(() -> new Answer(stream, request, sink).ask()));
    }

    private final class Answer implements FrameStream.Receiver {

        private final FrameStream frames;
        private final SyncMessages.Request request;
        private final FluxSink<byte[]> sink;
        private boolean reading = true;
        private boolean over;
        private int looksInVain;
        private @Nullable ScheduledFuture<?> looks;

        Answer(Stream stream, SyncMessages.Request request, FluxSink<byte[]> sink) {
            this.frames = new FrameStream(stream, SyncServer.MAX_FRAME_BYTES);
            this.request = request;
            this.sink = sink;
        }

        void ask() {
            long pause = FRAME_TIMEOUT.toMillis() / LOOKS;
            looks = host.eventLoop().scheduleAtFixedRate(this::look, pause, pause, TimeUnit.MILLISECONDS);
            frames.receive(this);
            sink.onRequest(n -> host.eventLoop().execute(() -> read(true)));
            sink.onCancel(() -> host.eventLoop().execute(this::giveUp));
            frames.send(request.encode());
            frames.closeWrite();
        }

        private void read(boolean on) {
            reading = on;
            looksInVain = 0;
            frames.setReading(on);
        }

        private void look() {
            if (reading && ++looksInVain > LOOKS) {
                giveUp();
                sink.error(new TimeoutException("nothing came for " + FRAME_TIMEOUT));
            }
        }

        private void giveUp() {
            over();
            frames.reset();
        }

        private void over() {
            if (looks != null) {
                looks.cancel(false);
            }
            if (!over) {
                over = true;
                traffic.carried(request, frames.stream().bytes().carriedBytes());
            }
        }

        @Override
        public void frame(byte[] frame) {
            sink.next(frame);
            read(sink.requestedFromDownstream() > 0);
        }

        @Override
        public void end() {
            over();
            sink.complete();
        }

        @Override
        public void reset() {
            over();
            sink.error(new IOException("the peer gave up answering"));
        }
    }
}
