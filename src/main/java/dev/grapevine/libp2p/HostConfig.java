package dev.grapevine.libp2p;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.SwarmConfig;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/**
 * What a host is made of.
 *
 * @param key who it is
 * @param listen where it listens; port 0 lets the system choose
 * @param agentVersion name and version of the software, as {@code grapevine/0.1.0}, which peers are told
 * @param swarm limits of connections and streams
 * @param gossipsub parameters of publish and subscribe
 * @param discovery whether it looks for peers by itself
 * @param clock the time of day
 * @param random makes secrets and spreads load
 */
public record HostConfig(
        PrivateKey key,
        List<Multiaddr> listen,
        String agentVersion,
        SwarmConfig swarm,
        GossipsubConfig gossipsub,
        Discovery discovery,
        InstantSource clock,
        SecureRandom random) {

    public HostConfig {
        listen = List.copyOf(listen);
    }

    /** With the default limits of connections and streams; looks for nobody. */
    public HostConfig(
            PrivateKey key,
            List<Multiaddr> listen,
            String agentVersion,
            GossipsubConfig gossipsub,
            InstantSource clock,
            SecureRandom random) {
        this(key, listen, agentVersion, SwarmConfig.defaults(), gossipsub, Discovery.NONE, clock, random);
    }

    /** The same, but looking for peers. */
    public HostConfig withDiscovery(Discovery wanted) {
        return new HostConfig(key, listen, agentVersion, swarm, gossipsub, wanted, clock, random);
    }
}
