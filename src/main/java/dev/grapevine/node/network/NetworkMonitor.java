package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.NetworkStatus.HeadStatus;
import dev.grapevine.node.network.NetworkStatus.Peer;
import dev.grapevine.node.network.NetworkStatus.RegistryProgress;
import dev.grapevine.node.network.NetworkStatus.Topic;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What an operator sees of the network. */
public final class NetworkMonitor {

    private final Libp2pHost host;
    private final String network;
    private final String topic;
    private final Sync sync;
    private final EventLog log;

    NetworkMonitor(Libp2pHost host, String network, String topic, Sync sync, EventLog log) {
        this.host = host;
        this.network = network;
        this.topic = topic;
        this.sync = sync;
        this.log = log;
    }

    /** The node among its peers, as of now. */
    public Mono<NetworkStatus> status() {
        return log.heads().collectList().zipWith(sync.wanted(), this::status);
    }

    private NetworkStatus status(List<LogHead> heads, List<Ahead> behind) {
        Sync.Progress progress = sync.progress();
        Map<IssuerId, LogHead> held = heads.stream().collect(Collectors.toMap(LogHead::issuer, Function.identity()));
        Snapshot registry = progress.registry();
        long missing = behind.stream()
                .mapToLong(ahead -> missingEvents(ahead, held.get(ahead.issuer())))
                .sum();
        return new NetworkStatus(
                network,
                host.peerId().toString(),
                host.listenAddresses().stream()
                        .map(address -> address + "/p2p/" + host.peerId())
                        .toList(),
                new RegistryProgress(
                        registry.completeness().text(),
                        registry.comparedAt().orElse(null),
                        behind.size(),
                        missing,
                        progress.missingBodies()),
                host.peers().stream().map(NetworkMonitor::peer).toList(),
                List.of(topic()),
                heads.size(),
                heads.stream()
                        .limit(NetworkStatus.MAX_HEADS)
                        .map(head -> new HeadStatus(
                                head.issuer().did(),
                                head.sequence(),
                                head.hash().hex()))
                        .toList());
    }

    private static long missingEvents(Ahead ahead, @Nullable LogHead held) {
        return Math.max(0, ahead.sequence() - (held == null ? -1 : held.sequence()));
    }

    private static Peer peer(PeerInfo peer) {
        return new Peer(
                peer.peerId().toString(),
                peer.address().toString(),
                peer.dialled() ? "outbound" : "inbound",
                peer.rtt().map(rtt -> rtt.toNanos() / 1e6).orElse(null),
                peer.agentVersion(),
                peer.protocols().stream().sorted().toList());
    }

    private Topic topic() {
        Gossipsub gossipsub = host.gossipsub();
        return new Topic(
                topic, texts(gossipsub.meshes().getOrDefault(topic, Set.of())), texts(gossipsub.subscribers(topic)));
    }

    private static List<String> texts(Collection<PeerId> peers) {
        return peers.stream().sorted().map(PeerId::toString).toList();
    }
}
