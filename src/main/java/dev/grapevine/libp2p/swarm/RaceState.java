package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which of a peer's addresses to dial when, so that one that is dead or slow costs little time (RFC 8305, Happy Eyeballs). Pure: inputs
 * and the time in, outputs out.
 *
 * <p>QUIC goes before TCP, for it needs fewer round trips; within each, the families of IP take turns, that of the first address
 * first. The next address is dialled when one has failed, or when the last has not answered for a moment.
 */
final class RaceState {

    /** RFC 8305 §8, Connection Attempt Delay. */
    static final long ATTEMPT_DELAY_MILLIS = 250;

    /** Addresses that are being dialled at once; the next waits until one has failed. */
    static final int MAX_AT_ONCE = 8;

    /** Addresses of one peer that are dialled at all. */
    static final int MAX_ADDRESSES = 32;

    private final Set<Multiaddr> known = new HashSet<>();
    private List<Multiaddr> waiting = new ArrayList<>();
    private int dialling;
    private int lookups;
    private boolean over;
    private long nextMillis;

    /** @param lookups of names that have begun; each will be answered by {@link Input.Found} */
    RaceState(int lookups, long nowMillis) {
        this.lookups = lookups;
        this.nextMillis = nowMillis;
    }

    sealed interface Input {

        /** These addresses are known from the start. */
        record Start(List<Multiaddr> addresses) implements Input {}

        /** One lookup has ended, with these addresses. */
        record Found(List<Multiaddr> addresses) implements Input {}

        /** A dial came to nothing. */
        record Failed() implements Input {}

        /** Time has passed. */
        record Tick() implements Input {}
    }

    sealed interface Output {

        record Dial(Multiaddr address) implements Output {}

        /** Every address has failed. */
        record GiveUp() implements Output {}
    }

    List<Output> handle(Input input, long nowMillis) {
        switch (input) {
            case Input.Start start -> add(start.addresses());
            case Input.Found found -> {
                lookups--;
                add(found.addresses());
            }
            case Input.Failed failed -> {
                dialling--;
                nextMillis = nowMillis;
            }
            case Input.Tick tick -> {}
        }
        List<Output> outputs = new ArrayList<>();
        while (!waiting.isEmpty() && dialling < MAX_AT_ONCE && (dialling == 0 || nextMillis <= nowMillis)) {
            dialling++;
            nextMillis = nowMillis + ATTEMPT_DELAY_MILLIS;
            outputs.add(new Output.Dial(waiting.removeFirst()));
        }
        if (!over && waiting.isEmpty() && dialling == 0 && lookups == 0) {
            over = true;
            outputs.add(new Output.GiveUp());
        }
        return outputs;
    }

    /** When {@link Input.Tick} is needed next, in the time of {@link #handle}. */
    OptionalLong nextDueMillis() {
        return waiting.isEmpty() || dialling >= MAX_AT_ONCE ? OptionalLong.empty() : OptionalLong.of(nextMillis);
    }

    private void add(List<Multiaddr> addresses) {
        for (Multiaddr address : addresses) {
            if (known.size() < MAX_ADDRESSES && known.add(address)) {
                waiting.add(address);
            }
        }
        List<Multiaddr> sorted = new ArrayList<>();
        for (boolean quic : new boolean[] {true, false}) {
            List<Multiaddr> same = waiting.stream()
                    .filter(address -> address.has(Protocol.QUIC_V1) == quic)
                    .toList();
            sorted.addAll(inTurns(same));
        }
        waiting = sorted;
    }

    /** RFC 8305 §4. */
    private static List<Multiaddr> inTurns(List<Multiaddr> addresses) {
        if (addresses.isEmpty()) {
            return addresses;
        }
        boolean firstIsIp6 = addresses.getFirst().has(Protocol.IP6);
        List<Multiaddr> ours = addresses.stream()
                .filter(address -> address.has(Protocol.IP6) == firstIsIp6)
                .toList();
        List<Multiaddr> others = addresses.stream()
                .filter(address -> address.has(Protocol.IP6) != firstIsIp6)
                .toList();
        List<Multiaddr> turns = new ArrayList<>();
        for (int i = 0; i < Math.max(ours.size(), others.size()); i++) {
            if (i < ours.size()) {
                turns.add(ours.get(i));
            }
            if (i < others.size()) {
                turns.add(others.get(i));
            }
        }
        return turns;
    }
}
