package dev.grapevine.libp2p.swarm;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who uses how much of this host, and whether more may be used ({@link ResourceLimits}). What was taken must be given back;
 * what is refused is counted. Pure but for its counts. How many connections there are in all, and with one peer, is the
 * business of {@link ConnectionTable}.
 */
final class Resources {

    private final ResourceLimits limits;
    private final Tally tally;
    private final Map<IpPrefix, Integer> inboundByAddress = new HashMap<>();
    private final Map<IpPrefix, Integer> inboundByNetwork = new HashMap<>();
    private final Map<PeerId, Long> unsentByPeer = new HashMap<>();
    private long unsentBytes;

    Resources(ResourceLimits limits, Tally tally) {
        this.limits = limits;
        this.tally = tally;
    }

    /** Takes a connection in; one that was dialled is never refused. @return empty where there are too many like it */
    Optional<ConnectionResources> connect(PeerId peer, Multiaddr remote, boolean dialled) {
        Optional<InetAddress> ip = dialled ? Optional.empty() : IpAddresses.of(remote);
        Optional<IpPrefix> address = ip.flatMap(IpPrefix::address);
        Optional<IpPrefix> network = ip.flatMap(IpPrefix::network);
        if (count(inboundByAddress, address) >= limits.maxConnectionsPerAddress()
                || count(inboundByNetwork, network) >= limits.maxConnectionsPerNetwork()) {
            tally.refuse(Refusal.PREFIX_LIMIT);
            return Optional.empty();
        }
        address.ifPresent(key -> inboundByAddress.merge(key, 1, Integer::sum));
        network.ifPresent(key -> inboundByNetwork.merge(key, 1, Integer::sum));
        return Optional.of(new ConnectionResources(this, limits, tally, peer, () -> {
            address.ifPresent(key -> takeOne(inboundByAddress, key));
            network.ifPresent(key -> takeOne(inboundByNetwork, key));
        }));
    }

    /** Takes memory for bytes that wait to be sent. @return false where there are too many */
    boolean reserve(PeerId peer, int bytes) {
        long ofPeer = unsentByPeer.getOrDefault(peer, 0L) + bytes;
        if (ofPeer > limits.maxUnsentBytesPerPeer() || unsentBytes + bytes > limits.maxUnsentBytes()) {
            tally.refuse(Refusal.MEMORY_LIMIT);
            return false;
        }
        unsentByPeer.put(peer, ofPeer);
        unsentBytes += bytes;
        return true;
    }

    void release(PeerId peer, long bytes) {
        unsentBytes -= bytes;
        unsentByPeer.computeIfPresent(peer, (key, before) -> before <= bytes ? null : before - bytes);
    }

    /** What waits to be sent, to all peers. */
    long unsentBytes() {
        return unsentBytes;
    }

    /** Whether nothing is taken. */
    boolean isIdle() {
        return unsentBytes == 0
                && Stream.of(inboundByAddress, inboundByNetwork, unsentByPeer).allMatch(Map::isEmpty);
    }

    private static int count(Map<IpPrefix, Integer> counts, Optional<IpPrefix> key) {
        return key.map(prefix -> counts.getOrDefault(prefix, 0)).orElse(0);
    }

    private static void takeOne(Map<IpPrefix, Integer> counts, IpPrefix key) {
        counts.computeIfPresent(key, (prefix, count) -> count == 1 ? null : count - 1);
    }
}
