package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Carries out what {@link SeekState} decides: dials known peers until enough of one's own kind are connected. */
public final class Seeker implements Swarm.PeerListener {

    private static final long TICK_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(Seeker.class.getName());

    private final DefaultSwarm swarm;
    private final SeekState state;
    private final String protocolId;
    private final LongSupplier nanoTime;
    private @Nullable ScheduledFuture<?> ticks;

    /**
     * @param wanted connections to have; beyond, nobody is dialled
     * @param protocolId what makes a peer one that is sought
     * @param random chooses among the known
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public Seeker(DefaultSwarm swarm, int wanted, String protocolId, RandomGenerator random, LongSupplier nanoTime) {
        this.swarm = swarm;
        this.state = new SeekState(wanted, random);
        this.protocolId = protocolId;
        this.nanoTime = nanoTime;
    }

    /** Starts to dial. */
    public void start() {
        swarm.addListener(this);
        ticks = swarm.eventLoop()
                .scheduleAtFixedRate(
                        () -> update(
                                new SeekState.Input.Tick(swarm.addressBook().peers())),
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    /** Nobody is dialled any more. */
    public void close() {
        if (ticks != null) {
            ticks.cancel(false);
        }
    }

    @Override
    public void connected(PeerId peer) {
        update(new SeekState.Input.Connected(peer));
    }

    @Override
    public void protocols(PeerId peer, Set<String> protocolIds) {
        update(new SeekState.Input.Identified(peer, protocolIds.contains(protocolId)));
    }

    @Override
    public void disconnected(PeerId peer) {
        update(new SeekState.Input.Disconnected(peer));
    }

    private void update(SeekState.Input input) {
        for (SeekState.Output output : state.handle(input, TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong()))) {
            switch (output) {
                case SeekState.Output.Dial dial -> dial(dial.peer());
                case SeekState.Output.Release release -> {
                    LOG.log(Level.DEBUG, () -> release.peer() + " does not speak " + protocolId);
                    swarm.connection(release.peer()).ifPresent(Connection::close);
                }
            }
        }
    }

    private void dial(PeerId peer) {
        swarm.connect(peer).whenComplete((connection, failure) -> {
            if (failure != null) {
                LOG.log(Level.DEBUG, () -> "cannot reach " + peer + ": " + failure.getMessage());
                update(new SeekState.Input.Failed(peer));
            }
        });
    }
}
