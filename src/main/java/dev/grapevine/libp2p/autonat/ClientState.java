package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The side that asks to be dialled: which address is tried by which server and when, and what the answers of several amount
 * to. One request at a time, for one address. Pure: inputs and the time in, outputs out.
 *
 * <p>A server may lie. That it has reached an address is believed if the nonce came in; that it has not, cannot be proven. So
 * an address counts as reachable or not once enough servers say so, each place once.
 */
final class ClientState {

    /** By so many the servers that say one thing must outnumber those that say the other. */
    static final int MIN_MARGIN = 3;

    /** An address is tried again after so long. */
    static final long RECHECK_MILLIS = 30 * 60_000;

    /** What a server has found counts for so long, unless newer answers suffice. */
    static final long LIFETIME_MILLIS = 2 * RECHECK_MILLIS;

    /** Between two requests, whoever is asked. */
    static final long PAUSE_MILLIS = 10_000;

    /** Addresses that are tried; further ones are left alone. */
    static final int MAX_ADDRESSES = 8;

    private final RandomGenerator random;
    private final Map<PeerId, String> servers = new TreeMap<>();
    private final Map<Multiaddr, Map<String, Finding>> findings = new LinkedHashMap<>();
    private @Nullable Probe probe;
    private long dueMillis = Long.MIN_VALUE;
    private Set<Multiaddr> reachable = Set.of();
    private Set<Multiaddr> unreachable = Set.of();

    /** @param score 1 where the address was reached, -1 where not, 0 where the server does not tell */
    private record Finding(int score, long atMillis) {}

    private record Probe(String place, Multiaddr address, long nonce, boolean dialledBack) {}

    sealed interface Input {

        /**
         * Time has passed.
         *
         * @param addresses where this host may be reached from the internet
         */
        record Tick(List<Multiaddr> addresses) implements Input {}

        /**
         * A connected peer serves.
         *
         * @param place where it is; servers that share it count as one
         */
        record Serves(PeerId peer, String place) implements Input {}

        /** The peer is not connected any more, or does not serve. */
        record Gone(PeerId peer) implements Input {}

        /** A nonce came in, on a connection that somebody dialled to this host's address. */
        record DialledBack(long nonce, Multiaddr local) implements Input {}

        /** The server has answered. */
        record Answered(DialResponse response) implements Input {}

        /** The server has not answered, or not as it must. */
        record Failed() implements Input {}
    }

    sealed interface Output {

        /** Ask the server to dial; Answered or Failed must follow. */
        record Ask(PeerId server, Multiaddr address, long nonce) implements Output {}

        /** The nonce was the right one. */
        record Acknowledge() implements Output {}

        /** What is known of addresses has changed. */
        record Changed(Set<Multiaddr> reachable, Set<Multiaddr> unreachable) implements Output {}
    }

    /** @param random makes nonces that nobody can foresee, and chooses servers */
    ClientState(RandomGenerator random) {
        this.random = random;
    }

    /** Addresses that are tried. */
    int addresses() {
        return findings.size();
    }

    Set<Multiaddr> reachable() {
        return reachable;
    }

    Set<Multiaddr> unreachable() {
        return unreachable;
    }

    List<Output> handle(Input input, long nowMillis) {
        return switch (input) {
            case Input.Tick tick -> tick(tick.addresses(), nowMillis);
            case Input.Serves serves -> {
                servers.put(serves.peer(), serves.place());
                yield List.of();
            }
            case Input.Gone gone -> {
                servers.remove(gone.peer());
                yield List.of();
            }
            case Input.DialledBack back -> dialledBack(back);
            case Input.Answered answered -> answered(answered.response(), nowMillis);
            case Input.Failed failed -> found(0, nowMillis);
        };
    }

    private List<Output> tick(List<Multiaddr> addresses, long nowMillis) {
        findings.keySet().retainAll(addresses);
        addresses.stream()
                .filter(address -> findings.containsKey(address) || findings.size() < MAX_ADDRESSES)
                .forEach(address -> findings.computeIfAbsent(address, each -> new HashMap<>()));
        findings.values()
                .forEach(found -> found.values().removeIf(each -> nowMillis - each.atMillis() >= LIFETIME_MILLIS));
        List<Output> outputs = new ArrayList<>(changed(nowMillis));
        if (probe == null && nowMillis >= dueMillis) {
            findings.keySet().stream()
                    .flatMap(address -> ask(address, nowMillis).stream())
                    .findFirst()
                    .ifPresent(outputs::add);
        }
        return outputs;
    }

    private List<Output> ask(Multiaddr address, long nowMillis) {
        Map<String, Finding> recent = recent(address, nowMillis);
        List<PeerId> left = servers.entrySet().stream()
                .filter(server -> !recent.containsKey(server.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (isSettled(score(recent)) || left.isEmpty()) {
            return List.of();
        }
        PeerId server = left.get(random.nextInt(left.size()));
        Probe next = new Probe(servers.getOrDefault(server, ""), address, random.nextLong(), false);
        probe = next;
        return List.of(new Output.Ask(server, address, next.nonce()));
    }

    /** The connection must be of the address' transport (specification, "Overview"); its IP address may be another behind a NAT. */
    private List<Output> dialledBack(Input.DialledBack back) {
        if (probe == null
                || probe.nonce() != back.nonce()
                || !probe.address().protocols().equals(back.local().protocols())) {
            return List.of();
        }
        probe = new Probe(probe.place(), probe.address(), probe.nonce(), true);
        return List.of(new Output.Acknowledge());
    }

    private List<Output> answered(DialResponse response, long nowMillis) {
        boolean dialledBack = probe != null && probe.dialledBack();
        if (response.status() != ResponseStatus.OK || response.index() != 0) {
            return found(0, nowMillis);
        }
        return switch (response.dialStatus()) {
            case OK, E_DIAL_BACK_ERROR -> found(dialledBack ? 1 : 0, nowMillis);
            case E_DIAL_ERROR -> found(dialledBack ? 0 : -1, nowMillis);
            case UNUSED -> found(0, nowMillis);
        };
    }

    private List<Output> found(int score, long nowMillis) {
        Probe done = probe;
        if (done == null) {
            return List.of();
        }
        probe = null;
        dueMillis = nowMillis + PAUSE_MILLIS;
        findings.computeIfPresent(done.address(), (address, found) -> {
            found.put(done.place(), new Finding(score, nowMillis));
            return found;
        });
        return changed(nowMillis);
    }

    private List<Output> changed(long nowMillis) {
        Set<Multiaddr> reachableBefore = reachable;
        Set<Multiaddr> unreachableBefore = unreachable;
        reachable = addresses(1, nowMillis);
        unreachable = addresses(-1, nowMillis);
        return reachable.equals(reachableBefore) && unreachable.equals(unreachableBefore)
                ? List.of()
                : List.of(new Output.Changed(reachable, unreachable));
    }

    private Set<Multiaddr> addresses(int sign, long nowMillis) {
        return Set.copyOf(findings.keySet().stream()
                .filter(address -> {
                    int recent = score(recent(address, nowMillis));
                    int score = isSettled(recent) ? recent : score(findings.getOrDefault(address, Map.of()));
                    return isSettled(score) && Integer.signum(score) == sign;
                })
                .toList());
    }

    private Map<String, Finding> recent(Multiaddr address, long nowMillis) {
        Map<String, Finding> recent = new HashMap<>(findings.getOrDefault(address, Map.of()));
        recent.values().removeIf(each -> nowMillis - each.atMillis() >= RECHECK_MILLIS);
        return recent;
    }

    private static int score(Map<String, Finding> found) {
        return found.values().stream().mapToInt(Finding::score).sum();
    }

    private static boolean isSettled(int score) {
        return Math.abs(score) >= MIN_MARGIN;
    }
}
