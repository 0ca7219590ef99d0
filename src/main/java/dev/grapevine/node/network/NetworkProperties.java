package dev.grapevine.node.network;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the node is reached by peers, and whom it dials.
 *
 * @param listen addresses to listen on, such as {@code /ip4/0.0.0.0/udp/4001/quic-v1}
 * @param bootstrap peers to stay connected to; {@code /dns4} works, and {@code /p2p/…} at the end may be left out on
 *     networks where whoever answers is trusted
 */
@ConfigurationProperties("grapevine.p2p")
public record NetworkProperties(
        @DefaultValue("/ip4/0.0.0.0/udp/4001/quic-v1") List<String> listen,
        @DefaultValue List<String> bootstrap) {

    public NetworkProperties {
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

    List<Multiaddr> listenAddresses() {
        return listen.stream().map(Multiaddr::parse).toList();
    }

    List<Multiaddr> bootstrapAddresses() {
        return bootstrap.stream().map(Multiaddr::parse).toList();
    }
}
