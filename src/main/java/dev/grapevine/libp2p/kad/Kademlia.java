package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multihash;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The Kademlia DHT of one host. It finds its first peers among those that the host is connected with; every peer that it
 * hears of goes into the host's address book. Every method is safe to call from any thread; results complete on the event
 * loop. Whatever is asked for fails with {@link IOException} where {@link KadState#MAX_QUERIES} queries are running already,
 * or the host is closed.
 */
public final class Kademlia {

    private static final long TICK_MILLIS = 1_000;
    private static final System.Logger LOG = System.getLogger(Kademlia.class.getName());

    private final DefaultSwarm swarm;
    private final KadState state;
    private final KadHandler handler;
    private final Validators validators;
    private final Map<Long, CompletableFuture<Result>> running = new HashMap<>();
    private @Nullable ScheduledFuture<?> ticks;
    private volatile KadMetrics metrics;
    private long lastQuery;
    private boolean closed;

    /**
     * Takes part in a DHT from now on; to be called on the event loop.
     *
     * @param ownAddresses where this host is reached
     * @param random chooses keys that keep the routing table fresh
     * @param clock the time of day, which others are told of values
     * @param nanoTime a clock that never goes back, in nanoseconds
     */
    public static Kademlia start(
            DefaultSwarm swarm,
            KadConfig config,
            Supplier<List<Multiaddr>> ownAddresses,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanoTime) {
        Kademlia kademlia = new Kademlia(swarm, config, ownAddresses, random, clock, nanoTime);
        kademlia.handler.start();
        kademlia.ticks =
                swarm.eventLoop().scheduleAtFixedRate(kademlia::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return kademlia;
    }

    private Kademlia(
            DefaultSwarm swarm,
            KadConfig config,
            Supplier<List<Multiaddr>> ownAddresses,
            RandomGenerator random,
            InstantSource clock,
            LongSupplier nanoTime) {
        long startNanos = nanoTime.getAsLong();
        long startMillis = clock.millis();
        LongSupplier millis = () -> startMillis + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos);
        Counters counters = new Counters();
        this.swarm = swarm;
        this.validators = new Validators(config.validators());
        this.state = new KadState(swarm.localPeer(), config, random, counters);
        this.handler = new KadHandler(swarm, config, state, counters, millis, ownAddresses, this::onOutput);
        this.metrics = state.metrics();
    }

    /** The peers closest to a key, at most k, the closest first. */
    public CompletionStage<List<PeerId>> closest(byte[] key) {
        return query(new Goal.Closest(new Bytes(key)), Result::closest);
    }

    /** Where a peer is reached, without {@code /p2p}; empty where nobody knows. */
    public CompletionStage<List<Multiaddr>> findPeer(PeerId peer) {
        return query(new Goal.FindPeer(peer), found -> swarm.addressBook().addresses(peer));
    }

    /**
     * The best value of a key.
     *
     * @param quorum enough are so many peers' values; 0 asks all that should have it
     */
    public CompletionStage<Optional<byte[]>> get(byte[] key, int quorum) {
        return query(
                new Goal.GetValue(new Bytes(key), quorum),
                found -> Optional.ofNullable(found.value()).map(Bytes::array));
    }

    /**
     * Has a value kept by the peers closest to its key, and again at intervals until it is withdrawn.
     *
     * @return how many have taken it
     * @throws IllegalArgumentException where the value is not valid, or there is no validator for its namespace
     */
    public CompletionStage<Integer> put(byte[] key, byte[] value) {
        Goal.PutValue put = new Goal.PutValue(new Bytes(key.clone()), new Bytes(value.clone()));
        if (key.length > Codec.MAX_KEY_BYTES || !validators.isValid(put.key(), put.value())) {
            throw new IllegalArgumentException("not a valid value of its key, or no validator knows it");
        }
        return query(put, Result::stored);
    }

    /** Has it known that this host provides something, and again at intervals until that is withdrawn. @return by how many */
    public CompletionStage<Integer> provide(Multihash content) {
        return query(new Goal.Provide(new Bytes(content.encode())), Result::stored);
    }

    /** Peers that provide something, at least {@code count} if there are so many; their addresses are in the book. */
    public CompletionStage<List<PeerId>> findProviders(Multihash content, int count) {
        return query(new Goal.FindProviders(new Bytes(content.encode()), count), Result::providers);
    }

    /** Puts a value not again. What peers keep expires. */
    public void withdraw(byte[] key) {
        swarm.eventLoop().execute(() -> handler.apply(new Input.Withdraw(new Bytes(key))));
    }

    /** Provides something no more. What peers keep expires. */
    public void withdraw(Multihash content) {
        withdraw(content.encode());
    }

    /** What has been counted, at most a second old. */
    public KadMetrics metrics() {
        return metrics;
    }

    /** Stops; to be called on the event loop. Queries under way fail. */
    public void close() {
        closed = true;
        if (ticks != null) {
            ticks.cancel(false);
        }
        running.values().forEach(query -> query.completeExceptionally(new IOException("the host is closed")));
        running.clear();
    }

    private <T> CompletionStage<T> query(Goal goal, Function<Result, T> read) {
        CompletableFuture<Result> result = new CompletableFuture<>();
        try {
            swarm.eventLoop().execute(() -> {
                if (closed) {
                    result.completeExceptionally(new IOException("the host is closed"));
                } else {
                    long id = ++lastQuery;
                    running.put(id, result);
                    handler.apply(new Input.Start(id, goal));
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new IOException("the host is closed", e));
        }
        return result.thenApply(read);
    }

    private void onOutput(Output output) {
        switch (output) {
            case Output.Done done -> {
                CompletableFuture<Result> query = running.remove(done.id());
                if (query != null) {
                    query.complete(done.result());
                }
            }
            case Output.Busy busy -> {
                CompletableFuture<Result> query = running.remove(busy.id());
                if (query != null) {
                    query.completeExceptionally(new IOException("there are too many queries"));
                }
            }
            default -> throw new IllegalStateException("not for the application: " + output);
        }
    }

    /** A tick that threw would be the last one, so it must not. */
    private void tick() {
        try {
            handler.tick();
            metrics = state.metrics();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a tick of the DHT failed", e);
        }
    }
}
