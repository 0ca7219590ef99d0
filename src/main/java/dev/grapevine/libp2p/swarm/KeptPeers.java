package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link DialState} decides: dials the peers that this host shall stay connected with, and logs what an
 * operator should know of them. Lives on the event loop.
 */
final class KeptPeers {

    private static final System.Logger LOG = System.getLogger(KeptPeers.class.getName());

    private final DialState state;
    private final Dialler dialler;
    private final ScheduledExecutorService loop;
    private final LongSupplier nanoTime;
    private final Tally tally;
    private final BooleanSupplier hasRoom;
    private final Predicate<Connection> admit;
    private @Nullable ScheduledFuture<?> timer;
    private boolean closed;

    /**
     * @param hasRoom whether one more connection is welcome
     * @param admit takes a connection that was dialled, and says whether it stays
     */
    KeptPeers(
            DialState state,
            Dialler dialler,
            ScheduledExecutorService loop,
            LongSupplier nanoTime,
            Tally tally,
            BooleanSupplier hasRoom,
            Predicate<Connection> admit) {
        this.state = state;
        this.dialler = dialler;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.tally = tally;
        this.hasRoom = hasRoom;
        this.admit = admit;
    }

    void keep(Multiaddr address) {
        update(new DialState.Input.Keep(address));
    }

    void connected(PeerId peer) {
        update(new DialState.Input.Connected(peer));
    }

    void disconnected(PeerId peer) {
        update(new DialState.Input.Disconnected(peer));
    }

    /** Nobody is dialled any more. */
    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void update(DialState.Input input) {
        if (closed) {
            return;
        }
        state.handle(input, nowMillis()).forEach(this::carryOut);
        if (timer != null) {
            timer.cancel(false);
        }
        OptionalLong next = state.nextDueMillis();
        timer = next.isEmpty()
                ? null
                : loop.schedule(
                        () -> update(new DialState.Input.Tick()),
                        Math.max(1, next.getAsLong() - nowMillis()),
                        TimeUnit.MILLISECONDS);
    }

    private void carryOut(DialState.Output output) {
        switch (output) {
            case DialState.Output.Dial dial -> dial(dial);
            case DialState.Output.Connected up ->
                LOG.log(Level.INFO, "connected with " + up.peer() + " at " + text(up.addresses()));
            case DialState.Output.Lost lost ->
                LOG.log(
                        Level.INFO,
                        "lost the connection with " + lost.peer() + "; dialling " + text(lost.addresses())
                                + " again in " + seconds(lost.retryMillis()));
            case DialState.Output.Unreachable gone -> tellUnreachable(gone);
            case DialState.Output.PeerChanged changed ->
                LOG.log(
                        Level.WARNING,
                        "the peer behind " + text(changed.addresses()) + " has changed: it was " + changed.before()
                                + ", now " + changed.now() + " has answered and is taken instead");
        }
    }

    private static void tellUnreachable(DialState.Output.Unreachable gone) {
        String where = text(gone.addresses());
        String why =
                gone.reason().startsWith(where + ": ") ? gone.reason().substring(where.length() + 2) : gone.reason();
        String line = "cannot reach " + where + ": " + why + "; trying again in " + seconds(gone.retryMillis());
        if (gone.failures() == 1) {
            LOG.log(Level.INFO, line);
        } else {
            LOG.log(Level.WARNING, line + " (failures in a row: " + gone.failures() + ")");
        }
    }

    private static String text(List<Multiaddr> addresses) {
        return addresses.stream().map(Multiaddr::toString).collect(Collectors.joining(" or "));
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /** Runs the dial on a later turn of the loop, so that the state's input comes after its output. */
    private void dial(DialState.Output.Dial dial) {
        loop.execute(() -> {
            CompletionStage<Connection> dialled = hasRoom.getAsBoolean()
                    ? dialler.dial(dial.addresses(), dial.expected())
                    : CompletableFuture.failedFuture(new IOException("there are connections enough"));
            dialled.whenComplete((connection, failure) -> update(result(dial, connection, failure)));
        });
    }

    private DialState.Input result(
            DialState.Output.Dial dial, @Nullable Connection connection, @Nullable Throwable failure) {
        if (connection != null && admit.test(connection)) {
            return new DialState.Input.Reached(dial.target(), connection.peer());
        }
        if (failure instanceof Dialler.SelfException) {
            LOG.log(Level.INFO, failure.getMessage() + "; it is not dialled again");
            return new DialState.Input.IsSelf(dial.target());
        }
        tally.failedDials++;
        String reason = failure == null ? "there are connections enough" : String.valueOf(failure.getMessage());
        LOG.log(Level.DEBUG, () -> "cannot reach " + dial.target() + ": " + reason);
        return new DialState.Input.Failed(dial.target(), reason);
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
