package dev.grapevine.libp2p.noise;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.SecuredStream;
import dev.grapevine.libp2p.swarm.Security;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Secures streams by Noise. The key agreements of a handshake run away from the event loop. One static key serves all connections of
 * a host while it runs (specification noise, section Static Key Authentication).
 */
public final class Noise implements Security {

    /** The longest handshake message taken; those of today's implementations have some hundred bytes. */
    static final int MAX_HANDSHAKE_MESSAGE_BYTES = 8 * 1024;

    private final PrivateKey hostKey;
    private final List<String> muxers;
    private final SecureRandom random;
    private final Executor tasks;
    private final Executor eventLoop;

    /** Made when it is first needed, for a host that nobody reaches by TCP needs none. */
    private @Nullable CompletableFuture<Handshake.Identity> identity;

    /**
     * @param muxers that this host multiplexes by, the preferred first
     * @param tasks runs what takes long
     */
    public Noise(PrivateKey hostKey, List<String> muxers, SecureRandom random, Executor tasks, Executor eventLoop) {
        this.hostKey = hostKey;
        this.muxers = List.copyOf(muxers);
        this.random = random;
        this.tasks = tasks;
        this.eventLoop = eventLoop;
    }

    @Override
    public String protocol() {
        return "/noise";
    }

    @Override
    public CompletionStage<SecuredStream> secure(ByteStream raw, boolean dialled, @Nullable PeerId expected) {
        CompletableFuture<Handshake.Identity> ours = identity;
        if (ours == null) {
            ours = CompletableFuture.supplyAsync(() -> Handshake.Identity.of(hostKey, muxers, random), tasks);
            identity = ours;
        }
        return new Exchange(raw, dialled, expected).start(ours);
    }

    /** One handshake: at any time it waits either for the peer or for one step of its own. */
    private final class Exchange implements ByteStream.Receiver {

        private final ByteStream raw;
        private final boolean dialled;
        private final @Nullable PeerId expected;
        private final MessageReader messages = new MessageReader();
        private final CompletableFuture<SecuredStream> secured = new CompletableFuture<>();
        private @Nullable Handshake handshake;
        private boolean working = true;

        Exchange(ByteStream raw, boolean dialled, @Nullable PeerId expected) {
            this.raw = raw;
            this.dialled = dialled;
            this.expected = expected;
        }

        CompletionStage<SecuredStream> start(CompletableFuture<Handshake.Identity> ours) {
            raw.setReading(false);
            raw.receive(this);
            work(() -> {
                Handshake fresh = new Handshake(dialled, ours.join(), expected, random);
                handshake = fresh;
                return new Handshake.Step(dialled ? fresh.start() : null, null);
            });
            return secured;
        }

        private void work(Callable<Handshake.Step> step) {
            working = true;
            raw.setReading(false);
            try {
                tasks.execute(() -> run(step));
            } catch (RejectedExecutionException e) {
                secured.completeExceptionally(new IOException("the host is closing", e));
            }
        }

        private void run(Callable<Handshake.Step> step) {
            try {
                Handshake.Step done = step.call();
                eventLoop.execute(() -> proceed(done));
            } catch (GeneralSecurityException | MalformedException e) {
                fail(e.getMessage(), e);
            } catch (Exception broken) {
                fail("it is broken", broken);
            }
        }

        private void fail(@Nullable String reason, Exception cause) {
            eventLoop.execute(() ->
                    secured.completeExceptionally(new IOException("the handshake of Noise failed: " + reason, cause)));
        }

        private void proceed(Handshake.Step step) {
            working = false;
            if (step.answer() != null) {
                raw.write(framed(step.answer()));
            }
            if (step.session() != null) {
                Handshake.Session session = step.session();
                secured.complete(
                        new SecuredStream(new NoiseStream(raw, session, messages), session.peer(), session.muxer()));
            } else {
                raw.setReading(true);
                next();
            }
        }

        private void next() {
            Handshake current = handshake;
            if (working || current == null || secured.isDone()) {
                return;
            }
            try {
                byte[] message = messages.next(MAX_HANDSHAKE_MESSAGE_BYTES);
                if (message != null) {
                    work(() -> current.message(message));
                }
            } catch (IOException e) {
                secured.completeExceptionally(e);
            }
        }

        @Override
        public void data(byte[] bytes) {
            messages.add(bytes);
            next();
        }

        @Override
        public void end() {
            secured.completeExceptionally(new IOException("the peer closed the connection in the handshake"));
        }

        @Override
        public void reset() {
            end();
        }
    }

    private static byte[] framed(byte[] message) {
        byte[] framed = new byte[MessageReader.LENGTH_BYTES + message.length];
        framed[0] = (byte) (message.length >>> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, MessageReader.LENGTH_BYTES, message.length);
        return framed;
    }
}
