package dev.grapevine.node.network;

import dev.grapevine.libp2p.Discovery;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.GossipsubConfig;
import dev.grapevine.libp2p.kad.KadConfig;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the node is reached by peers, and whom it dials.
 *
 * @param listen addresses to listen on: QUIC, such as {@code /ip4/0.0.0.0/udp/4001/quic-v1}, which other nodes try first; and TCP,
 *     such as {@code /ip4/0.0.0.0/tcp/4001}, for those whose network lets no UDP through; {@code /ip6/::} in their place for IPv6
 * @param bootstrap peers to stay connected to; {@code /dns4}, {@code /dns6} and {@code /dnsaddr} work, and {@code /p2p/…} at the
 *     end may be left out on networks where whoever answers is trusted
 * @param wantedConnections while fewer nodes are connected, those are dialled that the node has learnt of, in earlier runs too;
 *     0: nobody but the bootstrap peers is dialled
 * @param kademlia whether nodes find each other by a DHT: {@code server}, for nodes that others reach; {@code client}, to ask
 *     others alone; or {@code off}
 * @param mdns whether nodes on the local network find each other by multicast DNS
 * @param peerExchange whether a node that has gossip peers enough offers the others to one that it turns away, and whether those
 *     are dialled that a bootstrap peer offers which is named by {@code /p2p/…}
 */
@ConfigurationProperties("grapevine.p2p")
public record NetworkProperties(
        @DefaultValue({"/ip4/0.0.0.0/udp/4001/quic-v1", "/ip4/0.0.0.0/tcp/4001"})
        List<String> listen,

        @DefaultValue List<String> bootstrap,
        @DefaultValue("16") int wantedConnections,
        @DefaultValue("server") Kademlia kademlia,
        @DefaultValue("true") boolean mdns,
        @DefaultValue("false") boolean peerExchange) {

    /** How a node takes part in the DHT. */
    public enum Kademlia {
        SERVER,
        CLIENT,
        OFF
    }

    /** Half of the connections that a node has room for. */
    private static final int MAX_WANTED_CONNECTIONS = 64;

    public NetworkProperties {
        if (wantedConnections < 0 || wantedConnections > MAX_WANTED_CONNECTIONS) {
            throw new IllegalArgumentException("grapevine.p2p.wanted-connections cannot be '%d': it is 0 to %d."
                    .formatted(wantedConnections, MAX_WANTED_CONNECTIONS));
        }
        listen.forEach(address -> check("grapevine.p2p.listen", address, "/ip4/0.0.0.0/udp/4001/quic-v1"));
        bootstrap.forEach(
                address -> check("grapevine.p2p.bootstrap", address, "/dns4/node.example.org/udp/4001/quic-v1"));
    }

    private static void check(String setting, String address, String example) {
        try {
            Multiaddr.parse(address);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(
                    "%s cannot be '%s' (%s): it is an address such as %s."
                            .formatted(setting, address, e.getMessage(), example),
                    e);
        }
    }

    Discovery discovery(NetworkNames names) {
        Discovery known = new Discovery(wantedConnections, names.syncProtocol());
        Discovery withDht = switch (kademlia) {
            case SERVER -> known.withDht(KadConfig.of(names.kadProtocol(), KadConfig.Mode.SERVER));
            case CLIENT -> known.withDht(KadConfig.of(names.kadProtocol(), KadConfig.Mode.CLIENT));
            case OFF -> known;
        };
        return mdns && isReachedByOthers() ? withDht.withMdns() : withDht;
    }

    GossipsubConfig gossipsub() {
        GossipsubConfig usual = GossipsubConfig.defaults();
        return peerExchange ? usual.withPeerExchange(namedBootstrapPeers()) : usual;
    }

    /** Those in whose place nobody else can answer. */
    private Set<PeerId> namedBootstrapPeers() {
        return bootstrapAddresses().stream()
                .flatMap(address -> address.peer().stream())
                .map(PeerId::parse)
                .collect(Collectors.toSet());
    }

    /** Whoever listens on the loopback alone has nothing to tell the local network. */
    private boolean isReachedByOthers() {
        return !listenAddresses().stream().allMatch(Multiaddr::isLoopback);
    }

    List<Multiaddr> listenAddresses() {
        return listen.stream().map(Multiaddr::parse).toList();
    }

    List<Multiaddr> bootstrapAddresses() {
        return bootstrap.stream().map(Multiaddr::parse).toList();
    }
}
