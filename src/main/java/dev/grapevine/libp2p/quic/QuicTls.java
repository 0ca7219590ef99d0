package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.tls.HostCertificate;
import dev.grapevine.libp2p.tls.Libp2pTrustManager;
import dev.grapevine.libp2p.tls.PeerCheck;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.AttributeKey;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Makes the TLS engine of each connection: both sides show their certificate, and nothing is resumed. */
final class QuicTls {

    private static final AttributeKey<PeerId> EXPECTED = AttributeKey.valueOf(QuicTls.class, "expected");
    private static final AttributeKey<PeerCheck> CHECK = AttributeKey.valueOf(QuicTls.class, "check");

    private final SecureRandom random;
    private final Libp2pTrustManager trust;
    private final QuicSslContext client;
    private final QuicSslContext server;

    QuicTls(HostCertificate certificate, Libp2pTrustManager trust, SecureRandom random) {
        this.random = random;
        this.trust = trust;
        this.client = context(
                QuicSslContextBuilder.forClient()
                        .keyManager(certificate.keyManager(), null)
                        .endpointIdentificationAlgorithm(null),
                trust);
        this.server = context(
                QuicSslContextBuilder.forServer(certificate.keyManager(), null).clientAuth(ClientAuth.REQUIRE), trust);
    }

    private static QuicSslContext context(QuicSslContextBuilder builder, Libp2pTrustManager trust) {
        return builder.trustManager(trust)
                .applicationProtocols(QuicSettings.ALPN)
                .earlyData(false)
                .build();
    }

    /** Says who must answer at a channel that is about to dial; {@code null} for anybody. */
    static void expect(QuicChannel channel, @Nullable PeerId expected) {
        channel.attr(EXPECTED).set(expected);
    }

    /** What the handshake of a channel has found out; {@code null} before it starts. */
    static @Nullable PeerCheck check(QuicChannel channel) {
        return channel.attr(CHECK).get();
    }

    /** An engine without the peer's name, since SNI must not be sent (specification tls, Future Extensibility). */
    QuicSslEngine clientEngine(QuicChannel channel) {
        return announced(client.newEngine(channel.alloc()), channel);
    }

    /**
     * Fresh ticket keys make every ticket handed out before worthless. A resumed session would show no certificate.
     */
    QuicSslEngine serverEngine(QuicChannel channel) {
        server.sessionContext()
                .setTicketKeys(new SslSessionTicketKey(
                        bytes(SslSessionTicketKey.NAME_SIZE),
                        bytes(SslSessionTicketKey.HMAC_KEY_SIZE),
                        bytes(SslSessionTicketKey.AES_KEY_SIZE)));
        return announced(server.newEngine(channel.alloc()), channel);
    }

    private QuicSslEngine announced(QuicSslEngine engine, QuicChannel channel) {
        channel.attr(CHECK).set(trust.expect(engine, channel.attr(EXPECTED).get()));
        return engine;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
