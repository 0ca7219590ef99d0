package dev.grapevine.libp2p.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Collects what arrives on a stream. May be read on any thread. */
public class Received implements ByteStream.Receiver {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;
    private boolean wasReset;

    /** Receives from a stream. */
    public static Received of(ByteStream stream) {
        Received received = new Received();
        stream.receive(received);
        return received;
    }

    /** Sends back whatever comes, and stops reading while that cannot be sent. */
    public static void echo(ByteStream stream) {
        stream.receive(new ByteStream.Receiver() {
            @Override
            public void data(byte[] bytes) {
                stream.setReading(false);
                stream.write(bytes).thenRun(() -> stream.setReading(true));
            }

            @Override
            public void end() {
                stream.closeWrite();
            }

            @Override
            public void reset() {}
        });
    }

    public synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    public synchronized int size() {
        return bytes.size();
    }

    public synchronized String text() {
        return bytes.toString(UTF_8);
    }

    public synchronized boolean ended() {
        return ended;
    }

    public synchronized boolean wasReset() {
        return wasReset;
    }

    @Override
    public synchronized void data(byte[] data) {
        if (ended || wasReset) {
            throw new IllegalStateException("data after the end");
        }
        bytes.writeBytes(data);
    }

    @Override
    public synchronized void end() {
        if (ended || wasReset) {
            throw new IllegalStateException("an end after the end");
        }
        ended = true;
    }

    @Override
    public synchronized void reset() {
        if (ended || wasReset) {
            throw new IllegalStateException("a reset after the end");
        }
        wasReset = true;
    }
}
