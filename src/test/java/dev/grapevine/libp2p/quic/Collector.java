package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.swarm.ByteStream;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;

/** Collects what arrives on a stream. */
final class Collector implements ByteStream.Receiver {

    enum End {
        END,
        RESET
    }

    final ByteStream stream;
    final CompletableFuture<End> ended = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Collector(ByteStream stream) {
        this.stream = stream;
        stream.receive(this);
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    synchronized int size() {
        return received.size();
    }

    @Override
    public synchronized void data(byte[] bytes) {
        if (ended.isDone()) {
            throw new IllegalStateException("data after " + ended.join());
        }
        received.writeBytes(bytes);
    }

    @Override
    public void end() {
        finish(End.END);
    }

    @Override
    public void reset() {
        finish(End.RESET);
    }

    private void finish(End end) {
        if (!ended.complete(end)) {
            throw new IllegalStateException(end + " after " + ended.join());
        }
    }
}
