package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Inbox;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A stream that an engine of TLS encrypts. Lives on the event loop; the engine's long tasks do not. */
final class TlsStream implements ByteStream {

    private static final System.Logger LOG = System.getLogger(TlsStream.class.getName());
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteStream raw;
    private final SSLEngine engine;
    private final Executor tasks;
    private final Executor eventLoop;
    private final Inbox inbox = new Inbox(taken -> {});
    private final CompletableFuture<Void> handshaken = new CompletableFuture<>();
    private ByteBuffer packet;
    private ByteBuffer plaintext;

    /** What has arrived and is not decrypted: less than a record, but for what came while a task ran. */
    private ByteBuffer arrived = NOTHING;

    private boolean working;
    private boolean over;

    /** @param engine is released once the stream is over */
    TlsStream(ByteStream raw, SSLEngine engine, Executor tasks, Executor eventLoop) {
        this.raw = raw;
        this.engine = engine;
        this.tasks = tasks;
        this.eventLoop = eventLoop;
        this.packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        this.plaintext = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    /** Does the handshake. @return fails with {@link IOException} */
    CompletionStage<Void> handshake() {
        try {
            engine.beginHandshake();
            raw.receive(new Incoming());
            proceed();
        } catch (SSLException e) {
            fail(e);
        }
        return handshaken;
    }

    @Override
    public CompletionStage<Void> write(byte[] bytes) {
        if (over) {
            return CompletableFuture.failedFuture(new IOException("the stream is closed"));
        }
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + packet.capacity());
            ByteBuffer source = ByteBuffer.wrap(bytes);
            while (source.hasRemaining()) {
                wrap(source, out);
            }
            return raw.write(out.toByteArray());
        } catch (SSLException e) {
            fail(e);
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void closeWrite() {
        if (!over) {
            engine.closeOutbound();
            flush();
        }
        raw.closeWrite();
    }

    @Override
    public void reset() {
        inbox.silence();
        end();
        raw.reset();
    }

    @Override
    public void receive(Receiver receiver) {
        inbox.receive(receiver);
        raw.setReading(inbox.isReading());
    }

    @Override
    public void setReading(boolean reading) {
        inbox.setReading(reading);
        raw.setReading(inbox.isReading());
    }

    @Override
    public long carriedBytes() {
        return raw.carriedBytes();
    }

    /** Goes on until the peer or a task is to be waited for. */
    private void proceed() throws SSLException {
        while (!working && !over) {
            HandshakeStatus status = engine.getHandshakeStatus();
            if (status == HandshakeStatus.NEED_TASK) {
                work();
            } else if (status == HandshakeStatus.NEED_WRAP) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                wrap(NOTHING.duplicate(), out);
                if (out.size() > 0) {
                    raw.write(out.toByteArray());
                } else if (engine.getHandshakeStatus() == status) {
                    throw new SSLException("TLS has something to say and does not");
                }
            } else {
                if (status == HandshakeStatus.NOT_HANDSHAKING) {
                    handshaken.complete(null);
                }
                if (!unwrap(status)) {
                    return;
                }
            }
        }
    }

    private void work() throws SSLException {
        Runnable task = engine.getDelegatedTask();
        if (task == null) {
            return;
        }
        raw.setReading(false);
        try {
            tasks.execute(() -> {
                try {
                    task.run();
                } finally {
                    eventLoop.execute(this::worked);
                }
            });
            working = true;
        } catch (RejectedExecutionException e) {
            throw new SSLException("the host is closing", e);
        }
    }

    private void worked() {
        working = false;
        if (over) {
            ReferenceCountUtil.release(engine);
            return;
        }
        raw.setReading(true);
        decrypt(new byte[0]);
    }

    private void decrypt(byte[] more) {
        if (more.length > 0) {
            arrived = arrived.hasRemaining()
                    ? ByteBuffer.allocate(arrived.remaining() + more.length)
                            .put(arrived)
                            .put(more)
                            .flip()
                    : ByteBuffer.wrap(more);
        }
        try {
            proceed();
        } catch (SSLException e) {
            fail(e);
        }
    }

    /**
     * Decrypts one record. After a task the engine wants to be called even where nothing has arrived since.
     *
     * @return whether anything came of it
     */
    private boolean unwrap(HandshakeStatus before) throws SSLException {
        plaintext.clear();
        SSLEngineResult result = engine.unwrap(arrived, plaintext);
        if (result.bytesProduced() > 0) {
            byte[] bytes = new byte[result.bytesProduced()];
            plaintext.flip().get(bytes);
            inbox.data(bytes);
        }
        return switch (result.getStatus()) {
            case OK, BUFFER_UNDERFLOW ->
                result.bytesConsumed() > 0 || result.bytesProduced() > 0 || engine.getHandshakeStatus() != before;
            case BUFFER_OVERFLOW -> {
                int needed = engine.getSession().getApplicationBufferSize();
                if (needed <= plaintext.capacity()) {
                    throw new SSLException("a record longer than TLS allows");
                }
                plaintext = ByteBuffer.allocate(needed);
                yield true;
            }
            case CLOSED -> {
                inbox.end();
                yield false;
            }
        };
    }

    private void wrap(ByteBuffer source, ByteArrayOutputStream out) throws SSLException {
        packet.clear();
        SSLEngineResult result = engine.wrap(source, packet);
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            // the engine has learnt in the handshake how long a packet may get
            packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            result = engine.wrap(source, packet);
        }
        out.write(packet.array(), 0, packet.position());
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("TLS takes nothing more: " + result.getStatus());
        }
    }

    /** Sends what the engine has left to say. */
    private void flush() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            do {
                packet.clear();
                engine.wrap(NOTHING.duplicate(), packet);
                out.write(packet.array(), 0, packet.position());
            } while (packet.position() > 0 && !engine.isOutboundDone());
        } catch (SSLException e) {
            // there is nobody left to tell
        }
        if (out.size() > 0) {
            raw.write(out.toByteArray());
        }
    }

    /** The alert says to the peer what was wrong. */
    private void fail(SSLException cause) {
        if (!over) {
            LOG.log(Level.DEBUG, "A connection is closed, for its TLS failed", cause);
            flush();
            raw.closeWrite();
            end();
            handshaken.completeExceptionally(cause);
            inbox.reset();
        }
    }

    private void end() {
        if (!over) {
            over = true;
            handshaken.completeExceptionally(new IOException("the connection was closed in the handshake"));
            if (!working) {
                ReferenceCountUtil.release(engine);
            }
        }
    }

    private final class Incoming implements Receiver {

        @Override
        public void data(byte[] bytes) {
            if (!over) {
                decrypt(bytes);
            }
        }

        @Override
        public void end() {
            TlsStream.this.end();
            inbox.end();
        }

        @Override
        public void reset() {
            TlsStream.this.end();
            inbox.reset();
        }
    }
}
