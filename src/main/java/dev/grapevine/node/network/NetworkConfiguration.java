package dev.grapevine.node.network;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.NodeIdentity;
import dev.grapevine.node.identity.NodeProperties;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.AppendedRuns;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.Forks;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.OwnLogCheck;
import dev.grapevine.node.registry.PeerClock;
import dev.grapevine.node.registry.PeerHeads;
import dev.grapevine.node.registry.PublicObjects;
import dev.grapevine.node.registry.RegistryState;
import dev.grapevine.node.start.StartProblem;
import dev.grapevine.node.tracing.Spans;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CompletionException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Puts the network together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(NetworkProperties.class)
class NetworkConfiguration {

    @Bean
    NetworkNames networkNames(NodeProperties node) {
        return NetworkNames.of(node.network());
    }

    /** Listens from here on; what it listens for comes with {@link Network}, once the registry is ready. */
    @Bean(destroyMethod = "") // closed by Network, in its turn
    Libp2pHost libp2pHost(
            NodeIdentity node, NetworkNames names, NetworkProperties properties, Clock clock, SecureRandom random) {
        String version = NetworkConfiguration.class.getPackage().getImplementationVersion();
        HostConfig config = new HostConfig(
                        node.key(),
                        properties.listenAddresses(),
                        "grapevine/" + (version == null ? "dev" : version),
                        properties.gossipsub(),
                        clock,
                        random)
                .withDiscovery(properties.discovery(names));
        try {
            return Libp2pHost.start(config).toCompletableFuture().join();
        } catch (CompletionException e) {
            String reason = e.getCause() == null
                    ? e.toString()
                    : String.valueOf(e.getCause().getMessage());
            throw new StartProblem(
                    "The node cannot listen for peers: " + reason,
                    "Free the port, or choose another with grapevine.p2p.listen (GRAPEVINE_P2P_LISTEN),"
                            + " such as /ip4/0.0.0.0/udp/4002/quic-v1.",
                    e);
        }
    }

    @Bean
    Sync sync(
            Libp2pHost host,
            NetworkNames names,
            EventLog log,
            Intake intake,
            PeerHeads peerHeads,
            PublicObjects objects,
            Forks forks,
            AppendedRuns appended,
            Clock clock,
            SecureRandom random) {
        Flux<IssuerId> erasures = appended.appended()
                .filter(NetworkConfiguration::erases)
                .map(message -> message.entries().getFirst().event().issuer());
        Flux<IssuerId> spreading = Flux.merge(forks.changed(), erasures);
        return new Sync(
                host,
                names.syncProtocol(),
                log,
                intake,
                peerHeads,
                objects,
                forks,
                spreading,
                clock,
                System::nanoTime,
                random);
    }

    private static boolean erases(ProfileMessage message) {
        return message.entries().stream()
                .anyMatch(entry -> entry.event().event().change() instanceof Change.Erased);
    }

    @Bean
    ObjectFetch objectFetch(Libp2pHost host, NetworkNames names, Sync sync, SecureRandom random) {
        SyncClient client = new SyncClient(host, names.syncProtocol(), sync.traffic());
        return new ObjectFetch(
                () -> host.peers().stream()
                        .filter(peer -> peer.protocols().contains(names.syncProtocol()))
                        .map(PeerInfo::peerId)
                        .toList(),
                client::ask,
                random,
                Schedulers.parallel());
    }

    @Bean
    RegistryState registryState(Sync sync) {
        return () -> sync.progress().registry();
    }

    @Bean
    PeerClock peerClock(Sync sync) {
        return sync::clockAhead;
    }

    @Bean
    OwnLogCheck ownLogCheck(Sync sync, IssuerIdentity issuer, NetworkProperties properties) {
        return new OwnLogAtPeers(
                sync, issuer.id(), !properties.bootstrapAddresses().isEmpty());
    }

    @Bean
    Network network(
            Libp2pHost host,
            NetworkProperties properties,
            NetworkNames names,
            Intake intake,
            AppendedRuns appended,
            Forks forks,
            Sync sync,
            DatabaseClient database,
            Clock clock,
            Spans spans) {
        ProfileGossip gossip =
                new ProfileGossip(host.gossipsub(), names.profilesTopic(), intake, appended, forks, spans);
        return new Network(host, properties, gossip, sync, new KnownPeers(database, clock));
    }

    @Bean
    NetworkMetrics networkMetrics(Libp2pHost host, Sync sync, ObjectFetch objects) {
        return new NetworkMetrics(host, sync, objects);
    }

    @Bean
    DiscoveryMetrics discoveryMetrics(Libp2pHost host) {
        return new DiscoveryMetrics(host);
    }

    @Bean
    NetworkMonitor networkMonitor(Libp2pHost host, NodeProperties node, NetworkNames names, Sync sync, EventLog log) {
        return new NetworkMonitor(host, node.network(), names.profilesTopic(), sync, log);
    }
}
