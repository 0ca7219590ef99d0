package dev.grapevine.libp2p.tls;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.SecuredStream;
import dev.grapevine.libp2p.swarm.Security;
import dev.grapevine.libp2p.swarm.Timeouts;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Secures streams by TLS 1.3 (specification tls). By BoringSSL, for the JDK's TLS refuses the certificates of js-libp2p, which the
 * specification allows. Nothing is resumed, so that both sides always show their certificate.
 */
public final class Tls implements Security {

    /** What stands last in ALPN, and is agreed on where the multiplexer is negotiated later. */
    private static final String NO_MUXER = "libp2p";

    private final HostCertificate certificate;
    private final Libp2pTrustManager trust;
    private final List<String> protocols;
    private final Executor tasks;
    private final Executor eventLoop;

    /** Made when they are first needed, for a host that nobody reaches by TCP needs no BoringSSL. */
    private @Nullable CompletableFuture<Contexts> contexts;

    private record Contexts(SslContext client, SslContext server) {}

    /**
     * @param muxers that this host multiplexes by, the preferred first
     * @param tasks runs signatures and the checks of certificates
     */
    public Tls(
            HostCertificate certificate,
            Libp2pTrustManager trust,
            List<String> muxers,
            Executor tasks,
            Executor eventLoop) {
        this.certificate = certificate;
        this.trust = trust;
        this.protocols = Stream.concat(muxers.stream(), Stream.of(NO_MUXER)).toList();
        this.tasks = tasks;
        this.eventLoop = eventLoop;
    }

    private Contexts makeContexts() {
        return new Contexts(
                context(SslContextBuilder.forClient()
                        .keyManager(certificate.keyManager())
                        .endpointIdentificationAlgorithm(null)),
                context(SslContextBuilder.forServer(certificate.keyManager()).clientAuth(ClientAuth.REQUIRE)));
    }

    private SslContext context(SslContextBuilder builder) {
        try {
            return builder.sslProvider(SslProvider.OPENSSL)
                    .trustManager(trust)
                    .protocols("TLSv1.3")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            protocols))
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("TLS cannot be had", e);
        }
    }

    @Override
    public String protocol() {
        return "/tls/1.0.0";
    }

    @Override
    public CompletionStage<SecuredStream> secure(ByteStream raw, boolean dialled, @Nullable PeerId expected) {
        if (contexts == null) {
            contexts = CompletableFuture.supplyAsync(this::makeContexts, tasks);
        }
        return contexts.thenComposeAsync(made -> secure(raw, dialled ? made.client : made.server, expected), eventLoop);
    }

    private CompletionStage<SecuredStream> secure(ByteStream raw, SslContext context, @Nullable PeerId expected) {
        SSLEngine engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
        PeerCheck check = trust.expect(engine, expected);
        TlsStream stream = new TlsStream(raw, engine, tasks, eventLoop);
        return stream.handshake()
                .thenApply(done -> secured(stream, engine, check))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(reason(failure, check)));
    }

    private static SecuredStream secured(TlsStream stream, SSLEngine engine, PeerCheck check) {
        PeerId peer = check.peer()
                .orElseThrow(() -> new CompletionException(new IOException("the peer has shown no certificate")));
        return new SecuredStream(
                stream,
                peer,
                Optional.ofNullable(engine.getApplicationProtocol())
                        .filter(protocol -> !protocol.isEmpty() && !protocol.equals(NO_MUXER)));
    }

    private static IOException reason(Throwable failure, PeerCheck check) {
        Throwable cause = Timeouts.cause(failure);
        Throwable reason = check.refusal().<Throwable>map(refusal -> refusal).orElse(cause);
        return new IOException("the handshake of TLS failed: " + reason.getMessage(), cause);
    }
}
