package dev.grapevine.node.network;

import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.swarm.FrameStream;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A libp2p host that answers in catch-up whatever a test wants: as it stands, that it has what the asker has, and else nothing. */
final class ScriptedPeer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final Libp2pHost host = SyncNode.host();

    /** What it was asked for besides frontiers. */
    final List<Request> asked = new CopyOnWriteArrayList<>();

    /** What it claims to hold, at most one leaf of a frontier. */
    volatile List<Head> heads = List.of();

    /** What its clock shows, milliseconds since 1970. */
    volatile Optional<Long> timeMillis = Optional.empty();

    volatile Consumer<FrameStream> frontier = this::tellHeads;
    volatile BiConsumer<FrameStream, Request> answer = (frames, request) -> frames.closeWrite();

    ScriptedPeer() {
        host.handle(SyncNode.PROTOCOL, Answer::new);
    }

    void awaitAsked(Class<? extends Request> kind) {
        await("the peer is asked: " + kind.getSimpleName())
                .atMost(PATIENCE)
                .until(() -> asked.stream().anyMatch(kind::isInstance));
    }

    private void tellHeads(FrameStream frames) {
        List<Part> parts = heads.isEmpty() ? List.of() : List.of(new Part("", List.of(), heads));
        frames.send(new FrontierPage(timeMillis, parts).encode());
        frames.closeWrite();
    }

    @Override
    public void close() {
        host.close().toCompletableFuture().join();
    }

    private final class Answer implements FrameStream.Receiver {

        private final FrameStream frames;

        Answer(Stream stream) {
            this.frames = new FrameStream(stream, SyncServer.MAX_FRAME_BYTES);
            frames.receive(this);
        }

        @Override
        public void frame(byte[] frame) {
            Request request = Request.decode(frame);
            if (request instanceof FrontierRequest) {
                frontier.accept(frames);
            } else {
                asked.add(request);
                answer.accept(frames, request);
            }
        }

        @Override
        public void end() {}

        @Override
        public void reset() {}
    }
}
