package dev.grapevine.fuzz;

import dev.grapevine.libp2p.Discovery;
import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.PeerInfo;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.kad.KadConfig;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The host that is sent everything, and those that send. */
final class FuzzHosts {

    static final String KAD = "/fuzz/kad/1.0.0";
    static final String TOPIC = "topi";

    private static final String ANY_TCP_PORT = "/ip4/127.0.0.1/tcp/0";

    private FuzzHosts() {}

    /** Listens by QUIC and TCP, serves a DHT, and takes part in a topic. */
    static Libp2pHost target() {
        SecureRandom random = new SecureRandom();
        HostConfig config = new HostConfig(
                PrivateKey.generate(random),
                List.of(Multiaddr.parse(TestHosts.ANY_QUIC_PORT), Multiaddr.parse(ANY_TCP_PORT)),
                "target/1",
                GossipsubConfig.defaults(),
                InstantSource.system(),
                random);
        Libp2pHost host =
                TestHosts.start(config.withDiscovery(Discovery.NONE.withDht(KadConfig.of(KAD, KadConfig.Mode.SERVER))));
        host.gossipsub().subscribe(TOPIC, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        return host;
    }

    static Libp2pHost peer() {
        return TestHosts.start(TestHosts.config(TestHosts.ANY_QUIC_PORT, "fuzz/1"));
    }

    /** Connects a host, and waits until it has been told of protocols. */
    static PeerInfo connect(Libp2pHost host, Multiaddr address) throws InterruptedException {
        host.keepConnected(address);
        Watch.await(
                "connected",
                () -> host.peers().stream().anyMatch(peer -> !peer.protocols().isEmpty()));
        return host.peers().getFirst();
    }

    /** Has a good peer reach the host by each transport, and its pings answered. */
    static void requireServed(Libp2pHost target) throws InterruptedException {
        for (Multiaddr address : target.listenAddresses()) {
            Libp2pHost host = peer();
            try {
                connect(host, address);
                Watch.await(
                        "a ping is answered",
                        () -> host.peers().stream().anyMatch(peer -> peer.rtt().isPresent()));
            } finally {
                host.close().toCompletableFuture().join();
            }
        }
    }
}
