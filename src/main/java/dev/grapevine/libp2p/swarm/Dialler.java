package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Dials addresses in turn until one answers. Names are resolved anew each time. An address at which this host met itself
 * is remembered and not dialled again.
 */
final class Dialler {

    /** Addresses that are tried of those that a name has; the others may have their turn at the next lookup. */
    static final int MAX_RESOLVED_ADDRESSES = 4;

    /** At most one for each address that was configured, or that a configured name had. */
    private final Set<Multiaddr> ownAddresses = new HashSet<>();

    private final PeerId self;
    private final List<Transport> transports;
    private final NameResolver names;
    private final ScheduledExecutorService loop;
    private final long timeoutMillis;

    Dialler(
            PeerId self,
            List<Transport> transports,
            NameResolver names,
            ScheduledExecutorService loop,
            long timeoutMillis) {
        this.self = self;
        this.transports = transports;
        this.names = names;
        this.loop = loop;
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
        Attempt attempt = new Attempt(new ArrayDeque<>(addresses), expected, new CompletableFuture<>());
        attempt.next(new IOException("no address to dial"));
        return attempt.result;
    }

    private final class Attempt {

        private final Deque<Multiaddr> left;
        private final @Nullable PeerId expected;
        private final CompletableFuture<Connection> result;

        /** Whether every address so far was literal and led to this host. */
        private boolean onlySelf = true;

        Attempt(Deque<Multiaddr> left, @Nullable PeerId expected, CompletableFuture<Connection> result) {
            this.left = left;
            this.expected = expected;
            this.result = result;
        }

        void next(Throwable last) {
            Multiaddr address = left.poll();
            if (address == null) {
                result.completeExceptionally(last);
            } else if (name(address) != null) {
                onlySelf = false;
                resolve(address, Objects.requireNonNull(name(address)));
            } else {
                connect(address);
            }
        }

        private void metSelf(Multiaddr address) {
            next(onlySelf ? new SelfException(address) : new IOException(address + " is this host itself"));
        }

        private void resolve(Multiaddr address, String name) {
            Timeouts.within(names.resolve(name), timeoutMillis, "resolving " + name, loop, late -> {})
                    .whenComplete((found, failure) -> {
                        if (failure != null) {
                            next(new IOException("cannot resolve " + name, failure));
                            return;
                        }
                        List<Multiaddr> literal = literal(address, found);
                        for (Multiaddr each : literal.reversed()) {
                            left.push(each);
                        }
                        next(new IOException(name + " has no address of the family in " + address));
                    });
        }

        private void connect(Multiaddr address) {
            if (ownAddresses.contains(address)) {
                metSelf(address);
                return;
            }
            Transport transport = transports.stream()
                    .filter(each -> each.canDial(address))
                    .findFirst()
                    .orElse(null);
            if (transport == null) {
                onlySelf = false;
                next(new IOException("no transport dials " + address));
                return;
            }
            Timeouts.within(
                            transport.dial(address, expected),
                            timeoutMillis,
                            "dialling " + address,
                            loop,
                            Connection::close)
                    .whenComplete((connection, failure) -> {
                        if (failure != null) {
                            onlySelf = false;
                            next(failure);
                        } else if (connection.peer().equals(self)) {
                            ownAddresses.add(address);
                            connection.close();
                            metSelf(address);
                        } else {
                            result.complete(connection);
                        }
                    });
        }
    }

    private static @Nullable String name(Multiaddr address) {
        Multiaddr.Component first = address.components().getFirst();
        return switch (first.protocol()) {
            case DNS, DNS4, DNS6 -> first.value();
            default -> null;
        };
    }

    private static List<Multiaddr> literal(Multiaddr address, List<InetAddress> found) {
        Protocol family = address.components().getFirst().protocol();
        List<Multiaddr> literal = new ArrayList<>();
        for (InetAddress ip : found) {
            boolean v4 = ip instanceof Inet4Address;
            if (literal.size() < MAX_RESOLVED_ADDRESSES
                    && (family == Protocol.DNS || (family == Protocol.DNS4) == v4)) {
                Multiaddr each = Multiaddr.parse((v4 ? "/ip4/" : "/ip6/") + withoutScope(ip.getHostAddress()));
                for (Multiaddr.Component part :
                        address.components().subList(1, address.components().size())) {
                    each = each.with(part.protocol(), part.value());
                }
                literal.add(each);
            }
        }
        return literal;
    }

    private static String withoutScope(String ip) {
        int scope = ip.indexOf('%');
        return scope < 0 ? ip : ip.substring(0, scope);
    }
}
