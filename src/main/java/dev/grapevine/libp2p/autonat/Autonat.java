package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.IpPrefix;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Has peers in the internet try whether this host is reached at its public addresses, and tries theirs when they ask
 * (specification autonat v2). Lives on the event loop.
 */
public final class Autonat {

    static final String DIAL_REQUEST = "/libp2p/autonat/2/dial-request";
    static final String DIAL_BACK = "/libp2p/autonat/2/dial-back";

    private static final long TICK_MILLIS = 5_000;

    private final DefaultSwarm swarm;
    private final Supplier<List<Multiaddr>> addresses;
    private final Predicate<InetAddress> isPublic;
    private final ClientState client;
    private final ClientHandler clientHandler;
    private final ServerHandler serverHandler;
    private final Counters counters = new Counters();
    private @Nullable ScheduledFuture<?> ticks;

    /**
     * @param dialler makes the swarm that dials clients, once the first is to be dialled: under an id of its own, lest the
     *     connection take the place of another one with the same client; with the transports of {@code swarm}; and without
     *     listening, for from the port of a listener it might reach a client through the hole that the client's own dial has
     *     made in its NAT. Closed together with this
     * @param addresses where this host may be reached, asked now and then
     * @param isPublic which IP addresses are in the internet
     * @param onTested is told at which of the addresses this host was found reachable, and at which not, whenever that changes
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public Autonat(
            DefaultSwarm swarm,
            Supplier<DefaultSwarm> dialler,
            Supplier<List<Multiaddr>> addresses,
            Predicate<InetAddress> isPublic,
            BiConsumer<Set<Multiaddr>, Set<Multiaddr>> onTested,
            RandomGenerator random,
            LongSupplier nanoTime) {
        this.swarm = swarm;
        this.addresses = addresses;
        this.isPublic = isPublic;
        this.client = new ClientState(random);
        this.clientHandler = new ClientHandler(swarm, client, addresses, isPublic, onTested, counters, nanoTime);
        this.serverHandler =
                new ServerHandler(swarm, dialler, new ServerState(this::dials, random), counters, nanoTime);
    }

    /** Starts to ask and to answer. */
    public void start() {
        clientHandler.start();
        serverHandler.start();
        ticks = swarm.eventLoop()
                .scheduleAtFixedRate(clientHandler::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What is known and has been counted. */
    public AutonatMetrics metrics() {
        int reachable = client.reachable().size();
        int unreachable = client.unreachable().size();
        return new AutonatMetrics(
                reachable,
                unreachable,
                client.addresses() - reachable - unreachable,
                counters.dialled,
                counters.refused,
                counters.rejected,
                counters.asked,
                counters.failed);
    }

    /** Stops to ask, ends what was dialled for others, and dials for nobody any more. */
    public CompletionStage<Void> close() {
        if (ticks != null) {
            ticks.cancel(false);
        }
        return serverHandler.close();
    }

    /** Where a peer is: what one customer has of the internet, or, elsewhere, the peer alone. */
    static String place(Connection connection) {
        return IpAddresses.of(connection.remoteAddress())
                .flatMap(IpPrefix::address)
                .map(IpPrefix::hex)
                .orElse(connection.peer().toString());
    }

    /** Public addresses alone, and of the families that lead out of this host (specification, "Implementation Suggestions"). */
    private boolean dials(Multiaddr address) {
        return swarm.canDial(address)
                && IpAddresses.of(address)
                        .filter(isPublic)
                        .filter(this::leadsOut)
                        .isPresent();
    }

    /** IPv4 leaves a private network by way of a NAT, IPv6 does not. */
    private boolean leadsOut(InetAddress ip) {
        return addresses.get().stream()
                .flatMap(own -> IpAddresses.of(own).stream())
                .filter(own -> own.getClass().equals(ip.getClass()))
                .anyMatch(own -> isPublic.test(own) || (own instanceof Inet4Address && !own.isLoopbackAddress()));
    }
}
