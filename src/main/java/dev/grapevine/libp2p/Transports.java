package dev.grapevine.libp2p;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.noise.Noise;
import dev.grapevine.libp2p.quic.QuicSettings;
import dev.grapevine.libp2p.quic.QuicTransport;
import dev.grapevine.libp2p.swarm.ResourceLimits;
import dev.grapevine.libp2p.swarm.Security;
import dev.grapevine.libp2p.swarm.Transport;
import dev.grapevine.libp2p.tcp.TcpSettings;
import dev.grapevine.libp2p.tcp.TcpTransport;
import dev.grapevine.libp2p.tls.CertificateMaker;
import dev.grapevine.libp2p.tls.HostCertificate;
import dev.grapevine.libp2p.tls.Libp2pTrustManager;
import dev.grapevine.libp2p.tls.Tls;
import dev.grapevine.libp2p.upgrade.Upgrader;
import dev.grapevine.libp2p.yamux.YamuxConfig;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.Executor;

/** The ways in which a host reaches others: QUIC, and TCP with yamux, secured by TLS or, where the peer has none, by Noise. */
final class Transports {

    private Transports() {}

    /**
     * @param key who the host is to those that it reaches
     * @param handshakes runs what takes long in handshakes over TCP
     */
    static List<Transport> of(PrivateKey key, HostConfig config, EventLoop loop, Executor handshakes) {
        ResourceLimits.Handshakes limits = config.swarm().limits().handshakes();
        HostCertificate certificate =
                CertificateMaker.make(key, config.random(), config.clock().instant());
        Security tls = new Tls(certificate, new Libp2pTrustManager(config.clock()), Upgrader.MUXERS, handshakes, loop);
        Security noise = new Noise(key, Upgrader.MUXERS, config.random(), handshakes, loop);
        Upgrader upgrader = new Upgrader(List.of(tls, noise), YamuxConfig.defaults(), loop, System::nanoTime);
        return List.of(
                new QuicTransport(
                        loop,
                        certificate,
                        QuicSettings.DEFAULT.withHandshakes(limits),
                        config.random(),
                        config.clock()),
                new TcpTransport(loop, upgrader, TcpSettings.DEFAULT.withHandshakes(limits)));
    }
}
