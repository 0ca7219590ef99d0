package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** Asks peers for what we lack: one request a stream, the answer frame by frame as fast as it is consumed. */
final class SyncClient {

    /** A peer that lets us wait longer for its next frame is left for another. */
    static final Duration FRAME_TIMEOUT = Duration.ofSeconds(20);

    private final Libp2pHost host;
    private final String protocol;

    SyncClient(Libp2pHost host, String protocol) {
        this.host = host;
        this.protocol = protocol;
    }

    /**
     * Asks one peer.
     *
     * @return the answer's frames; fails with {@link IOException} where the peer is gone or gives up, with
     *     {@link java.util.concurrent.TimeoutException} where it stalls
     */
    Flux<byte[]> ask(PeerId peer, SyncMessages.Request request) {
        return Mono.fromCompletionStage(() -> host.open(peer, List.of(protocol)))
                .flatMapMany(stream -> exchange(stream, request))
                .timeout(FRAME_TIMEOUT);
    }

    private Flux<byte[]> exchange(Stream stream, SyncMessages.Request request) {
        FrameStream frames = new FrameStream(stream, SyncServer.MAX_FRAME_BYTES);
        return Flux.create(sink -> host.eventLoop().execute(() -> {
            frames.receive(new Answer(frames, sink));
            sink.onRequest(n -> host.eventLoop().execute(() -> frames.setReading(true)));
            sink.onCancel(() -> host.eventLoop().execute(frames::reset));
            frames.send(request.encode());
            frames.closeWrite();
        }));
    }

    private record Answer(FrameStream frames, FluxSink<byte[]> sink) implements FrameStream.Receiver {

        @Override
        public void frame(byte[] frame) {
            sink.next(frame);
            frames.setReading(sink.requestedFromDownstream() > 0);
        }

        @Override
        public void end() {
            sink.complete();
        }

        @Override
        public void reset() {
            sink.error(new IOException("the peer gave up answering"));
        }
    }
}
