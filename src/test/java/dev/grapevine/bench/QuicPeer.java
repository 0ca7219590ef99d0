package dev.grapevine.bench;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Stream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A host that sends a peer bytes on one stream, or opens streams to it one after the other; and serves both. */
final class QuicPeer {

    private static final String SINK = "/bench/sink/1";
    private static final String ECHO = "/bench/echo/1";
    private static final int MIB = 1024 * 1024;

    private static final int CHUNK_BYTES = 64 * 1024;

    /** What has not passed the stream's flow control is at most that much. */
    private static final int WINDOW_CHUNKS = 16;

    /** Streams that are open at once; a peer takes 32 of one protocol. */
    private static final int OPEN_STREAMS = 24;

    private static final byte[] REQUEST = new byte[32];

    private final Libp2pHost host;

    private QuicPeer(Libp2pHost host) {
        this.host = host;
        host.handle(SINK, stream -> stream.bytes().receive(new Sink(stream.bytes())));
        host.handle(ECHO, stream -> stream.bytes().receive(new Echo(stream.bytes())));
    }

    public static void main(String[] arguments) throws Exception {
        QuicPeer peer = new QuicPeer(BenchHost.start());
        BenchHost.serve(peer.host, peer::run);
    }

    private String run(List<String> words) {
        PeerId peer = host.peers().getFirst().peerId();
        int count = Integer.parseInt(words.get(1));
        CompletableFuture<Void> done = new CompletableFuture<>();
        switch (words.getFirst()) {
            case "send" -> host.open(peer, List.of(SINK)).thenAccept(stream -> new Sender(stream, count, done).begin());
            case "streams" -> new Opener(peer, count, done).begin();
            default -> throw new IllegalArgumentException("no command: " + words);
        }
        done.join();
        return "done";
    }

    /** Sends so many MiB, and waits for the peer's end, which says that all is there. */
    private static final class Sender {

        private final ByteStream bytes;
        private final CompletableFuture<Void> done;
        private long chunks;
        private int underWay;

        Sender(Stream stream, int mib, CompletableFuture<Void> done) {
            this.bytes = stream.bytes();
            this.done = done;
            this.chunks = (long) mib * MIB / CHUNK_BYTES;
        }

        void begin() {
            bytes.receive(new AwaitEnd(done));
            fill();
        }

        private void fill() {
            while (chunks > 0 && underWay < WINDOW_CHUNKS) {
                chunks--;
                underWay++;
                bytes.write(new byte[CHUNK_BYTES]).thenRun(() -> {
                    underWay--;
                    fill();
                });
            }
            if (chunks == 0 && underWay == 0) {
                bytes.closeWrite();
            }
        }
    }

    /** Opens so many streams, some at a time: on each a request, its echo, and the end of both directions. */
    private final class Opener {

        private final PeerId peer;
        private final CompletableFuture<Void> done;
        private int toOpen;
        private int toEnd;

        Opener(PeerId peer, int count, CompletableFuture<Void> done) {
            this.peer = peer;
            this.done = done;
            this.toOpen = count;
            this.toEnd = count;
        }

        void begin() {
            host.eventLoop().execute(() -> {
                for (int i = 0; i < OPEN_STREAMS; i++) {
                    next();
                }
            });
        }

        private void next() {
            if (toOpen == 0) {
                return;
            }
            toOpen--;
            CompletableFuture<Void> ended = new CompletableFuture<>();
            host.open(peer, List.of(ECHO)).thenAccept(stream -> {
                stream.bytes().receive(new AwaitEnd(ended));
                stream.bytes().write(REQUEST);
                stream.bytes().closeWrite();
            });
            CompletionStage<Void> over = ended;
            over.whenComplete((nothing, failure) -> {
                if (failure != null) {
                    done.completeExceptionally(failure);
                } else if (--toEnd == 0) {
                    done.complete(null);
                } else {
                    next();
                }
            });
        }
    }

    private record AwaitEnd(CompletableFuture<Void> ended) implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {}

        @Override
        public void end() {
            ended.complete(null);
        }

        @Override
        public void reset() {
            ended.completeExceptionally(new IllegalStateException("the stream was reset"));
        }
    }

    private record Sink(ByteStream stream) implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {}

        @Override
        public void end() {
            stream.closeWrite();
        }

        @Override
        public void reset() {}
    }

    private record Echo(ByteStream stream) implements ByteStream.Receiver {

        @Override
        public void data(byte[] bytes) {
            stream.write(bytes);
        }

        @Override
        public void end() {
            stream.closeWrite();
        }

        @Override
        public void reset() {}
    }
}
