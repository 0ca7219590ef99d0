package dev.grapevine.libp2p.ping;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.DefaultSwarm;
import dev.grapevine.libp2p.swarm.Stream;
import dev.grapevine.libp2p.swarm.UnsupportedProtocolException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Pings every connection, which keeps it alive and ends a dead one, and answers pings. Where a peer makes another connection,
 * those before it are pinged at once, for they may be of an earlier run of the peer, and dead. Certificates do not tell: the
 * libp2p of JavaScript and that of Rust show another one when they dial than when they are dialled. Lives on the event loop.
 */
public final class Ping {

    static final String ID = "/ipfs/ping/1.0.0";

    /** Inbound streams of one connection (specification ping: at most two a peer); a further one is reset. */
    static final int MAX_INBOUND_STREAMS = 2;

    private static final long TICK_MILLIS = 1_000;
    private static final System.Logger LOG = System.getLogger(Ping.class.getName());

    private final DefaultSwarm swarm;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Map<Connection, Session> sessions = new LinkedHashMap<>();
    private final Map<Connection, Integer> inbound = new HashMap<>();
    private @Nullable ScheduledFuture<?> ticks;

    /** @param nanoTime a monotonic clock, as {@link System#nanoTime} */
    public Ping(DefaultSwarm swarm, LongSupplier nanoTime, RandomGenerator random) {
        this.swarm = swarm;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Starts to ping and to answer. */
    public void start() {
        swarm.handle(ID, this::answer);
        swarm.addConnectionListener(this::onConnection);
        ticks = swarm.eventLoop()
                .scheduleAtFixedRate(
                        () -> List.copyOf(sessions.values())
                                .forEach(session -> session.handle(new PingState.Input.Tick())),
                        TICK_MILLIS,
                        TICK_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    private void onConnection(Connection connection) {
        List.copyOf(sessions.values()).stream()
                .filter(session -> session.connection.peer().equals(connection.peer()))
                .forEach(session -> session.handle(new PingState.Input.Superseded()));
        Session session = new Session(connection);
        sessions.put(connection, session);
        connection.closed().thenRun(() -> {
            sessions.remove(connection);
            inbound.remove(connection);
        });
        session.handle(new PingState.Input.Tick());
    }

    /** Stops to ping. */
    public void close() {
        if (ticks != null) {
            ticks.cancel(false);
        }
        sessions.clear();
    }

    /** The average round trip to a connected peer; empty before the first answer. */
    public Optional<Duration> roundTrip(PeerId peer) {
        return swarm.connection(peer)
                .map(sessions::get)
                .map(session -> session.state.rttNanos())
                .filter(rtt -> rtt.isPresent())
                .map(rtt -> Duration.ofNanos(rtt.getAsLong()));
    }

    private void answer(Stream stream) {
        Connection connection = stream.connection();
        if (inbound.getOrDefault(connection, 0) >= MAX_INBOUND_STREAMS) {
            LOG.log(Level.DEBUG, () -> stream.peer() + " has " + MAX_INBOUND_STREAMS + " streams of ping already");
            stream.bytes().reset();
            return;
        }
        inbound.merge(connection, 1, Integer::sum);
        stream.bytes()
                .receive(new Blocks(
                        payload -> {
                            stream.bytes().setReading(false);
                            stream.bytes()
                                    .write(payload)
                                    .thenRun(() -> stream.bytes().setReading(true));
                        },
                        () -> {
                            stream.bytes().closeWrite();
                            inbound.computeIfPresent(connection, (key, open) -> open > 1 ? open - 1 : null);
                        }));
    }

    /** The pinging of one connection. */
    private final class Session {

        private final Connection connection;
        private final PingState state;
        private @Nullable ByteStream stream;

        Session(Connection connection) {
            this.connection = connection;
            this.state = new PingState(nanoTime.getAsLong(), random);
        }

        void handle(PingState.Input input) {
            for (PingState.Output output : state.handle(input, nanoTime.getAsLong())) {
                switch (output) {
                    case PingState.Output.Open open -> open();
                    case PingState.Output.Send send -> {
                        if (stream != null) {
                            stream.write(send.payload());
                        }
                    }
                    case PingState.Output.Reset reset -> {
                        if (stream != null) {
                            stream.reset();
                            stream = null;
                        }
                    }
                    case PingState.Output.Close close -> {
                        if (stream != null) {
                            stream.closeWrite();
                            stream = null;
                        }
                    }
                    case PingState.Output.Measured measured ->
                        LOG.log(
                                Level.TRACE,
                                () -> "round trip to " + connection.peer() + ": " + measured.rttNanos() + " ns");
                    case PingState.Output.Disconnect disconnect -> {
                        LOG.log(Level.DEBUG, () -> "disconnecting " + connection.peer() + ": " + disconnect.reason());
                        connection.close();
                    }
                }
            }
        }

        private void open() {
            swarm.open(connection, List.of(ID)).whenComplete((opened, failure) -> {
                if (failure == null) {
                    ByteStream bytes = opened.bytes();
                    stream = bytes;
                    bytes.receive(new Blocks(payload -> handle(new PingState.Input.Pong(payload)), () -> lost(bytes)));
                    handle(new PingState.Input.Opened());
                } else {
                    handle(
                            failure instanceof UnsupportedProtocolException
                                    ? new PingState.Input.Unsupported()
                                    : new PingState.Input.Lost());
                }
            });
        }

        private void lost(ByteStream which) {
            if (which.equals(stream)) {
                which.closeWrite();
                stream = null;
                handle(new PingState.Input.Lost());
            }
        }
    }
}
