package dev.grapevine.libp2p.swarm;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A stream that is reset where what waits for the peer would be more than {@link ResourceLimits} allow. */
final class BoundedStream implements ByteStream {

    private final ByteStream raw;
    private final ConnectionResources resources;

    BoundedStream(ByteStream raw, ConnectionResources resources) {
        this.raw = raw;
        this.resources = resources;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        if (!resources.reserve(bytes.length)) {
            raw.reset();
            return CompletableFuture.failedFuture(
                    new IOException("the stream was reset: too many bytes wait to be sent"));
        }
        return raw.write(bytes).whenComplete((done, failure) -> resources.release(bytes.length));
    }

    @Override
    public void closeWrite() {
        raw.closeWrite();
    }

    @Override
    public void reset() {
        raw.reset();
    }

    @Override
    public void receive(Receiver receiver) {
        raw.receive(receiver);
    }

    @Override
    public void setReading(boolean reading) {
        raw.setReading(reading);
    }

    @Override
    public long carriedBytes() {
        return raw.carriedBytes();
    }
}
