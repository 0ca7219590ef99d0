package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the literal addresses behind one that begins with a name (specification addressing, section IP and Name Resolution). Lives on
 * the event loop.
 */
final class AddressLookup {

    /** Addresses that are taken of those that a name has; the others may have their turn at the next lookup. */
    static final int MAX_ADDRESSES_PER_NAME = 4;

    /** Addresses that are taken of all that one lookup leads to. */
    static final int MAX_ADDRESSES = 16;

    /** How many {@code /dnsaddr} may lead to one another. */
    static final int MAX_LINKS = 4;

    /** Queries that one lookup may cause. */
    static final int MAX_QUERIES = 16;

    private static final String TEXT_PREFIX = "dnsaddr=";

    private final NameResolver names;
    private final CompletableFuture<List<Multiaddr>> result = new CompletableFuture<>();
    private final List<Multiaddr> found = new ArrayList<>();
    private @Nullable Throwable failure;
    private int queries;
    private int pending;

    private AddressLookup(NameResolver names) {
        this.names = names;
    }

    /** Whether the address begins with a name. */
    static boolean isNeededFor(Multiaddr address) {
        return switch (address.components().getFirst().protocol()) {
            case DNS, DNS4, DNS6, DNSADDR -> true;
            default -> false;
        };
    }

    /**
     * Looks an address up.
     *
     * @return at least one literal address, with {@code /p2p} at the end where a {@code /dnsaddr} named the peer; fails with
     *     {@link IOException}
     */
    static CompletionStage<List<Multiaddr>> of(Multiaddr address, NameResolver names) {
        AddressLookup lookup = new AddressLookup(names);
        lookup.pending++;
        lookup.look(address, 0);
        lookup.done(null);
        return lookup.result;
    }

    private void look(Multiaddr address, int links) {
        if (!isNeededFor(address)) {
            add(address);
        } else if (queries >= MAX_QUERIES) {
            failure = new IOException("too many names to look up");
        } else if (address.components().getFirst().protocol() != Protocol.DNSADDR) {
            ask(names.resolve(name(address)), found -> literal(address, found).forEach(this::add));
        } else if (links < MAX_LINKS) {
            ask(names.texts("_dnsaddr." + name(address)), texts -> follow(address, texts, links + 1));
        } else {
            failure = new IOException("more than " + MAX_LINKS + " /dnsaddr lead to one another");
        }
    }

    private <T> void ask(CompletionStage<T> query, Consumer<T> onAnswer) {
        queries++;
        pending++;
        query.whenComplete((answer, reason) -> {
            if (reason == null) {
                onAnswer.accept(answer);
            }
            done(reason);
        });
    }

    private void done(@Nullable Throwable reason) {
        failure = reason == null ? failure : Timeouts.cause(reason);
        if (--pending > 0) {
            return;
        }
        if (found.isEmpty()) {
            result.completeExceptionally(
                    failure == null ? new IOException("there is no address of the family asked for") : failure);
        } else {
            result.complete(List.copyOf(found));
        }
    }

    private void add(Multiaddr address) {
        if (found.size() < MAX_ADDRESSES) {
            found.add(address);
        }
    }

    private static String name(Multiaddr address) {
        return address.components().getFirst().value();
    }

    /** What comes behind the name, such as the peer, must stand at the end of the addresses that it leads to. */
    private void follow(Multiaddr address, List<String> texts, int links) {
        List<Multiaddr.Component> behind =
                address.components().subList(1, address.components().size());
        texts.stream()
                .flatMap(text -> parsed(text).stream())
                .filter(each -> endsWith(each, behind))
                .limit(MAX_ADDRESSES)
                .forEach(each -> look(each, links));
    }

    private static Optional<Multiaddr> parsed(String text) {
        if (!text.startsWith(TEXT_PREFIX)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Multiaddr.parse(text.substring(TEXT_PREFIX.length())));
        } catch (MalformedException e) {
            return Optional.empty(); // of a protocol that is unknown here
        }
    }

    private static boolean endsWith(Multiaddr address, List<Multiaddr.Component> behind) {
        List<Multiaddr.Component> parts = address.components();
        return parts.size() > behind.size()
                && parts.subList(parts.size() - behind.size(), parts.size()).equals(behind);
    }

    private static List<Multiaddr> literal(Multiaddr address, List<InetAddress> found) {
        Protocol family = address.components().getFirst().protocol();
        List<Multiaddr> literal = new ArrayList<>();
        for (InetAddress ip : found) {
            boolean v4 = ip instanceof Inet4Address;
            if (literal.size() < MAX_ADDRESSES_PER_NAME
                    && (family == Protocol.DNS || (family == Protocol.DNS4) == v4)) {
                literal.add(IpAddresses.inPlaceOfFirst(ip, address));
            }
        }
        return literal;
    }
}
