package dev.grapevine.libp2p.mdns;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds peers on the local network, and is found by them. Lives on the event loop, but for the socket's reading thread,
 * which hands on what comes as long as it is not too much.
 */
public final class Mdns {

    /** Packets that wait for the event loop; further ones are dropped. */
    static final int MAX_WAITING = 64;

    /** Packets that are read in a tick; further ones are dropped. */
    static final int MAX_PACKETS_PER_TICK = 20;

    private static final long TICK_MILLIS = 50;
    private static final long INTERFACES_MILLIS = 5_000;
    private static final System.Logger LOG = System.getLogger(Mdns.class.getName());

    private final DefaultSwarm swarm;
    private final Supplier<List<Multiaddr>> ownAddresses;
    private final LongSupplier nanoTime;
    private final MdnsState state;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private @Nullable MulticastSocket socket;
    private @Nullable ScheduledFuture<?> ticks;
    private volatile MdnsMetrics metrics = MdnsMetrics.NONE;
    private List<Multiaddr> addresses = List.of();
    private long interfacesDueMillis;
    private int readInTick;
    private long received;
    private long malformed;
    private long sent;
    private long found;

    /**
     * @param ownAddresses where this host is reached, asked anew now and then
     * @param random makes up the name under which this host goes, and spreads packets over time
     * @param nanoTime a clock that never goes back, in nanoseconds
     */
    public Mdns(
            DefaultSwarm swarm, Supplier<List<Multiaddr>> ownAddresses, RandomGenerator random, LongSupplier nanoTime) {
        this.swarm = swarm;
        this.ownAddresses = ownAddresses;
        this.nanoTime = nanoTime;
        this.state = new MdnsState(swarm.localPeer(), random, nowMillis());
    }

    /** Starts; where the port cannot be had, that is told, and nobody is found. */
    public void start() {
        try {
            socket = MulticastSocket.open(this::onPacket);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no peers are found on the local network: " + e.getMessage());
            return;
        }
        interfacesDueMillis = nowMillis();
        ticks = swarm.eventLoop().scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Stops; others forget this host in time. */
    public void close() {
        if (ticks != null) {
            ticks.cancel(false);
        }
        if (socket != null) {
            socket.close();
        }
    }

    /** What has been counted, as of the last tick. */
    public MdnsMetrics metrics() {
        return metrics;
    }

    private void onPacket(byte[] packet) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            dropped.incrementAndGet();
            return;
        }
        try {
            swarm.eventLoop().execute(() -> {
                waiting.decrementAndGet();
                read(packet);
            });
        } catch (RejectedExecutionException closed) {
            waiting.decrementAndGet();
        }
    }

    private void read(byte[] packet) {
        if (++readInTick > MAX_PACKETS_PER_TICK) {
            dropped.incrementAndGet();
            return;
        }
        received++;
        try {
            apply(new MdnsState.Input.Received(Codec.decode(packet)));
        } catch (MalformedException e) {
            malformed++;
            LOG.log(Level.DEBUG, () -> "a packet of multicast DNS is passed over: " + e.getMessage());
        }
    }

    private void tick() {
        readInTick = 0;
        long now = nowMillis();
        if (now >= interfacesDueMillis && socket != null) {
            interfacesDueMillis = now + INTERFACES_MILLIS;
            socket.update();
            addresses = ownAddresses.get();
        }
        apply(new MdnsState.Input.Tick(addresses));
        metrics = new MdnsMetrics(received, malformed, dropped.get(), sent, found);
    }

    private void apply(MdnsState.Input input) {
        for (MdnsState.Output output : state.handle(input, nowMillis())) {
            switch (output) {
                case MdnsState.Output.Send send -> {
                    if (socket != null) {
                        sent++;
                        socket.send(Codec.encode(send.packet()));
                    }
                }
                case MdnsState.Output.Found peer -> {
                    found++;
                    swarm.addressBook().heard(peer.peer(), peer.addresses());
                }
            }
        }
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
