package dev.grapevine.it;

import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.HostConfig;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A libp2p peer that is no node: it says on the profile topic of one node whatever a test wants. */
final class PlainPeer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Libp2pHost host;
    private final String topic;

    PlainPeer(String network, NodeProcess node) {
        SecureRandom random = new SecureRandom();
        topic = "grapevine/" + network + "/profiles/1";
        host = Libp2pHost.start(new HostConfig(
                        PrivateKey.generate(random),
                        List.of(Multiaddr.parse("/ip4/127.0.0.1/udp/0/quic-v1")),
                        "test",
                        GossipsubConfig.defaults(),
                        Clock.systemUTC(),
                        random))
                .toCompletableFuture()
                .join();
        host.gossipsub().subscribe(topic, message -> CompletableFuture.completedFuture(Verdict.ACCEPT));
        host.keepConnected(Multiaddr.parse(node.multiaddr()));
    }

    /** Says it until the node has been reached. */
    void gossip(List<LogEntry> entries) {
        byte[] message = new ProfileMessage(entries).encode();
        await("the node takes gossip")
                .atMost(PATIENCE)
                .until(() -> host.gossipsub()
                                .publish(topic, message)
                                .toCompletableFuture()
                                .join()
                        > 0);
    }

    @Override
    public void close() {
        host.close().toCompletableFuture().join();
    }
}
