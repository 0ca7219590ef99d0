package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.SignedPeerRecord;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where peers are reached, and how that is known (RFC 0003, "Peer Store APIs"): an address has worked, or its peer has
 * certified it, or somebody has told it. What was told displaces nothing that is better known. Lives on the event loop.
 */
public final class AddressBook {

    /** Peers at once; beyond, one of which there is only hearsay gives way, or the one not heard of for longest. */
    public static final int MAX_PEERS = 1_024;

    /** Addresses of one peer from one source, and addresses that are dialled of it. */
    public static final int MAX_ADDRESSES = 16;

    /** An address that has worked, and what a peer has certified, are forgotten so long after they were last confirmed. */
    static final long PROVEN_MILLIS = TimeUnit.HOURS.toMillis(24);

    /** An address that somebody has told (specification kad-dht, "Content provider advertisement"). */
    static final long HEARD_MILLIS = TimeUnit.MINUTES.toMillis(30);

    private final PeerId self;
    private final LongSupplier nanoTime;
    private final Map<PeerId, Entry> entries = new HashMap<>();

    /**
     * @param self this host, whose addresses are not taken
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public AddressBook(PeerId self, LongSupplier nanoTime) {
        this.self = self;
        this.nanoTime = nanoTime;
    }

    private static final class Entry {
        private final Map<Multiaddr, Long> worked = new LinkedHashMap<>();
        private final Map<Multiaddr, Long> heard = new LinkedHashMap<>();
        private @Nullable SignedPeerRecord certified;
        private long certifiedMillis;
        private long lastMillis;

        boolean isProven() {
            return certified != null || !worked.isEmpty();
        }

        boolean isEmpty() {
            return !isProven() && heard.isEmpty();
        }

        void expire(long now) {
            worked.values().removeIf(since -> now - since >= PROVEN_MILLIS);
            heard.values().removeIf(since -> now - since >= HEARD_MILLIS);
            if (now - certifiedMillis >= PROVEN_MILLIS) {
                certified = null;
            }
        }
    }

    /** What became of a record. */
    public enum Certified {
        TAKEN,
        /** The same one was there already. */
        CONFIRMED,
        /** There is a newer one, or another of the same number. */
        OUTDATED
    }

    /** Takes what a peer has signed, unless there is something newer. */
    public Certified certify(SignedPeerRecord signed) {
        Entry entry = entry(signed.record().peer());
        SignedPeerRecord before = entry.certified;
        boolean confirmed = before != null && before.equals(signed);
        if (before != null && !confirmed && !signed.record().isNewerThan(before.record())) {
            return Certified.OUTDATED;
        }
        entry.certified = signed;
        entry.certifiedMillis = entry.lastMillis;
        return confirmed ? Certified.CONFIRMED : Certified.TAKEN;
    }

    /** A peer was dialled at this address, and has proven who it is. */
    public void worked(PeerId peer, Multiaddr address) {
        Entry entry = entry(peer);
        put(entry.worked, address, entry.lastMillis);
    }

    /** Somebody says that a peer is reached there. */
    public void heard(PeerId peer, Collection<Multiaddr> addresses) {
        if (!peer.equals(self) && !addresses.isEmpty()) {
            Entry entry = entry(peer);
            addresses.forEach(address -> put(entry.heard, address, entry.lastMillis));
        }
    }

    /** Takes what was remembered from an earlier run. */
    public void remember(KnownPeer known) {
        if (!known.peer().equals(self)) {
            known.worked().reversed().forEach(address -> worked(known.peer(), address));
            if (known.record() != null) {
                certify(known.record());
            }
        }
    }

    /** Forgets a peer. */
    public void forget(PeerId peer) {
        entries.remove(peer);
    }

    /** Where to dial a peer: first what worked last, then what it certified, then what was told; without {@code /p2p}. */
    public List<Multiaddr> addresses(PeerId peer) {
        Entry entry = live(peer);
        if (entry == null) {
            return List.of();
        }
        Set<Multiaddr> found = new LinkedHashSet<>(latestFirst(entry.worked));
        if (entry.certified != null) {
            found.addAll(entry.certified.record().addresses());
        }
        found.addAll(latestFirst(entry.heard));
        return found.stream().limit(MAX_ADDRESSES).toList();
    }

    /** What the peer has signed last. */
    public Optional<SignedPeerRecord> record(PeerId peer) {
        return Optional.ofNullable(live(peer)).map(entry -> entry.certified);
    }

    /** A peer of which more than hearsay is known. */
    public Optional<KnownPeer> proven(PeerId peer) {
        return Optional.ofNullable(live(peer))
                .filter(Entry::isProven)
                .map(entry -> new KnownPeer(peer, entry.certified, latestFirst(entry.worked)));
    }

    /** Every peer with an address, those of which there is only hearsay last. */
    public List<PeerId> peers() {
        long now = nowMillis();
        entries.values().forEach(entry -> entry.expire(now));
        entries.values().removeIf(Entry::isEmpty);
        return entries.entrySet().stream()
                .sorted(Comparator.comparing(each -> !each.getValue().isProven()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Peers that are known, some of them perhaps by addresses that have expired. */
    public int size() {
        return entries.size();
    }

    private Entry entry(PeerId peer) {
        Entry entry = live(peer);
        if (entry == null) {
            if (entries.size() >= MAX_PEERS) {
                entries.entrySet().stream()
                        .min(Comparator.comparing((Map.Entry<PeerId, Entry> each) ->
                                        each.getValue().isProven())
                                .thenComparingLong(each -> each.getValue().lastMillis))
                        .ifPresent(least -> entries.remove(least.getKey()));
            }
            entry = new Entry();
            entries.put(peer, entry);
        }
        entry.lastMillis = nowMillis();
        return entry;
    }

    private @Nullable Entry live(PeerId peer) {
        Entry entry = entries.get(peer);
        if (entry == null) {
            return null;
        }
        entry.expire(nowMillis());
        if (entry.isEmpty()) {
            entries.remove(peer);
            return null;
        }
        return entry;
    }

    /** The latest stands last; beyond the limit the oldest goes. */
    private static void put(Map<Multiaddr, Long> addresses, Multiaddr address, long now) {
        addresses.remove(address);
        addresses.put(address, now);
        if (addresses.size() > MAX_ADDRESSES) {
            addresses.remove(addresses.keySet().iterator().next());
        }
    }

    private static List<Multiaddr> latestFirst(Map<Multiaddr, Long> addresses) {
        return new ArrayList<>(addresses.keySet()).reversed();
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong());
    }
}
