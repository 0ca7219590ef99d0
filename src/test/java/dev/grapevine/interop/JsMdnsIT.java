package dev.grapevine.interop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.Discovery;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Our hosts and js-libp2p find each other by multicast DNS. */
class JsMdnsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void eachFindsTheOther() throws SocketException {
        String listen = "/ip4/" + addressWithMulticast() + "/udp/0/quic-v1";
        try (JsPeer js = JsPeer.withMdns(listen)) {
            Libp2pHost host = startHost(Multiaddr.parse(listen));
            try {
                await("js finds Java")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(js.events("discovered")).anySatisfy(event -> {
                            assertThat(event.get("peer").asString())
                                    .isEqualTo(host.peerId().toString());
                            assertThat(event.get("addresses").toString())
                                    .contains(host.listenAddresses().getFirst().toString());
                        }));
                await("Java finds js and dials it")
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(host.peers()).anySatisfy(peer -> {
                            assertThat(peer.peerId()).hasToString(js.peerId());
                            assertThat(peer.protocols()).contains("/ipfs/ping/1.0.0");
                        }));
                assertThat(host.mdns().malformed()).isZero();
            } finally {
                host.close().toCompletableFuture().orTimeout(10, SECONDS).join();
            }
        }
    }

    private static String addressWithMulticast() throws SocketException {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.supportsMulticast() && !each.isLoopback()) {
                for (var address : each.inetAddresses().toList()) {
                    if (address instanceof Inet4Address) {
                        return address.getHostAddress();
                    }
                }
            }
        }
        throw NodeModules.unavailable("no interface with IPv4 and multicast, so that mDNS cannot be tried");
    }

    private static Libp2pHost startHost(Multiaddr listen) {
        return TestHosts.start(TestHosts.config(listen.toString(), "grapevine/test")
                .withDiscovery(new Discovery(4, "/ipfs/ping/1.0.0").withMdns()));
    }
}
