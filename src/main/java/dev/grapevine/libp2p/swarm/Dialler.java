package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Dials a peer's addresses, in the order and at the times of a {@link RaceState}, until one answers. Names are resolved anew each
 * time. An address at which this host met itself is remembered and not dialled again.
 */
final class Dialler {

    /** At most one for each address that was configured, or that a configured name had. */
    private final Set<Multiaddr> ownAddresses = new HashSet<>();

    private final PeerId self;
    private final List<Transport> transports;
    private final NameResolver names;
    private final ScheduledExecutorService loop;
    private final LongSupplier nanoTime;
    private final long timeoutMillis;

    /** @param timeoutMillis for looking a name up, and for dialling one address */
    Dialler(
            PeerId self,
            List<Transport> transports,
            NameResolver names,
            ScheduledExecutorService loop,
            LongSupplier nanoTime,
            long timeoutMillis) {
        this.self = self;
        this.transports = transports;
        this.names = names;
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.timeoutMillis = timeoutMillis;
    }

    /** This host answered, and no other. */
    static final class SelfException extends IOException {
        private static final long serialVersionUID = 1;

        SelfException(Multiaddr address) {
            super(address + " is this host itself");
        }
    }

    /**
     * Dials.
     *
     * @param addresses without {@code /p2p}
     * @param expected the peer that must answer; null for any but this host
     * @return the first connection; fails with the last address's {@link IOException}, which is a {@link SelfException}
     *     where every address is literal and leads to this host
     */
    CompletionStage<Connection> dial(List<Multiaddr> addresses, @Nullable PeerId expected) {
        Race race = new Race(addresses, expected);
        race.start();
        return race.result;
    }

    private final class Race {

        private final List<Multiaddr> literal;
        private final List<Multiaddr> named;
        private final @Nullable PeerId expected;
        private final RaceState state;
        private final CompletableFuture<Connection> result = new CompletableFuture<>();
        private @Nullable ScheduledFuture<?> timer;
        private Throwable last = new IOException("no address to dial");

        /** Whether every address so far was literal and led to this host. */
        private boolean onlySelf;

        Race(List<Multiaddr> addresses, @Nullable PeerId expected) {
            this.literal = addresses.stream()
                    .filter(address -> !AddressLookup.isNeededFor(address))
                    .toList();
            this.named = addresses.stream().filter(AddressLookup::isNeededFor).toList();
            this.expected = expected;
            this.onlySelf = named.isEmpty();
            this.state = new RaceState(named.size(), nowMillis());
        }

        void start() {
            handle(new RaceState.Input.Start(literal));
            named.forEach(this::lookUp);
        }

        private void lookUp(Multiaddr address) {
            Timeouts.within(AddressLookup.of(address, names), timeoutMillis, "resolving " + address, loop, late -> {})
                    .whenComplete((found, failure) -> {
                        if (failure != null) {
                            last = new IOException("cannot resolve " + address + ": " + failure.getMessage(), failure);
                        }
                        handle(new RaceState.Input.Found(failure == null ? found : List.of()));
                    });
        }

        private void handle(RaceState.Input input) {
            if (result.isDone()) {
                return;
            }
            for (RaceState.Output output : state.handle(input, nowMillis())) {
                switch (output) {
                    case RaceState.Output.Dial dial -> loop.execute(() -> dial(dial.address()));
                    case RaceState.Output.GiveUp giveUp -> result.completeExceptionally(last);
                }
            }
            if (timer != null) {
                timer.cancel(false);
            }
            if (!result.isDone() && state.nextDueMillis().isPresent()) {
                timer = loop.schedule(
                        () -> handle(new RaceState.Input.Tick()),
                        Math.max(0, state.nextDueMillis().getAsLong() - nowMillis()),
                        TimeUnit.MILLISECONDS);
            }
        }

        private void failed(Throwable reason) {
            onlySelf &= reason instanceof SelfException;
            last = reason instanceof SelfException && !onlySelf ? new IOException(reason.getMessage()) : reason;
            handle(new RaceState.Input.Failed());
        }

        private void dial(Multiaddr address) {
            if (result.isDone()) {
                return;
            }
            Multiaddr bare = address.without(Protocol.P2P);
            PeerId wanted = address.peer().map(PeerId::parse).orElse(expected);
            Transport transport = transports.stream()
                    .filter(each -> each.canDial(bare))
                    .findFirst()
                    .orElse(null);
            if (ownAddresses.contains(bare)) {
                failed(new SelfException(bare));
            } else if (expected != null && !Objects.equals(expected, wanted)) {
                failed(new IOException(bare + " is said to be " + wanted));
            } else if (transport == null) {
                failed(new IOException("no transport dials " + bare));
            } else {
                Timeouts.within(
                                transport.dial(bare, wanted),
                                timeoutMillis,
                                "dialling " + bare,
                                loop,
                                Connection::close)
                        .whenComplete((connection, failure) -> dialled(bare, connection, failure));
            }
        }

        private void dialled(Multiaddr address, @Nullable Connection connection, @Nullable Throwable failure) {
            if (connection == null) {
                failed(failure == null ? new IOException("no connection") : failure);
            } else if (connection.peer().equals(self)) {
                ownAddresses.add(address);
                connection.close();
                failed(new SelfException(address));
            } else if (result.complete(connection)) {
                if (timer != null) {
                    timer.cancel(false);
                }
            } else {
                connection.close(); // another address was quicker
            }
        }
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
