package dev.grapevine.node.network;

import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.node.network.NetworkStatus.HeadStatus;
import dev.grapevine.node.network.NetworkStatus.LogBehind;
import dev.grapevine.node.network.NetworkStatus.Peer;
import dev.grapevine.node.network.NetworkStatus.RegistryProgress;
import dev.grapevine.node.network.NetworkStatus.Topic;
import dev.grapevine.node.network.Sync.LogProgress;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.EventLog;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
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
        return log.heads()
                .take(NetworkStatus.MAX_HEADS)
                .collectList()
                .zipWith(sync.logsBehind(NetworkStatus.MAX_LOGS), this::status);
    }

    private NetworkStatus status(List<LogHead> heads, List<LogProgress> behind) {
        return new NetworkStatus(
                network,
                host.peerId().toString(),
                host.listenAddresses().stream()
                        .map(address -> address + "/p2p/" + host.peerId())
                        .toList(),
                registry(sync.progress(), behind),
                host.peers().stream().map(NetworkMonitor::peer).toList(),
                List.of(topic()),
                log.frontier().size(),
                heads.stream()
                        .map(head -> new HeadStatus(
                                head.issuer().did(),
                                head.sequence(),
                                head.hash().hex()))
                        .toList());
    }

    private static RegistryProgress registry(Sync.Progress progress, List<LogProgress> behind) {
        return new RegistryProgress(
                progress.registry().completeness().text(),
                progress.registry().comparedAt().orElse(null),
                progress.behind(),
                progress.eventsToGo(),
                progress.missingBodies(),
                progress.eventsApplied(),
                Math.round(progress.eventsPerSecond()),
                progress.remaining().map(Duration::toSeconds).orElse(null),
                behind.stream()
                        .map(of -> new LogBehind(of.issuer().did(), of.held(), of.known(), texts(of.from())))
                        .toList());
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
