package dev.grapevine.libp2p;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** Hosts with the settings that they have by default. */
public final class TestHosts {

    /** A free port of the loopback, by QUIC. */
    public static final String ANY_QUIC_PORT = "/ip4/127.0.0.1/udp/0/quic-v1";

    private static final int START_SECONDS = 10;
    private static final int STOP_SECONDS = 10;

    private TestHosts() {}

    /** With a key of its own. */
    public static HostConfig config(String listen, String agentVersion) {
        SecureRandom random = new SecureRandom();
        return new HostConfig(
                PrivateKey.generate(random),
                List.of(Multiaddr.parse(listen)),
                agentVersion,
                GossipsubConfig.defaults(),
                InstantSource.system(),
                random);
    }

    /** Where a host listens first, with its id. */
    public static Multiaddr address(Libp2pHost host) {
        return host.listenAddresses()
                .getFirst()
                .with(Protocol.P2P, host.peerId().toString());
    }

    /** Starts a host, and waits until it listens. */
    public static Libp2pHost start(HostConfig config) {
        return Libp2pHost.start(config)
                .toCompletableFuture()
                .orTimeout(START_SECONDS, SECONDS)
                .join();
    }

    /** Closes hosts, and waits until they are closed. */
    public static void close(List<Libp2pHost> hosts) {
        hosts.forEach(host -> host.close()
                .toCompletableFuture()
                .orTimeout(STOP_SECONDS, SECONDS)
                .join());
    }
}
