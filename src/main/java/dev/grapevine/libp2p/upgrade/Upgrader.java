package dev.grapevine.libp2p.upgrade;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.swarm.ByteStream;
import dev.grapevine.libp2p.swarm.Connection;
import dev.grapevine.libp2p.swarm.NegotiatedStream;
import dev.grapevine.libp2p.swarm.SecuredStream;
import dev.grapevine.libp2p.swarm.Security;
import dev.grapevine.libp2p.yamux.YamuxConfig;
import dev.grapevine.libp2p.yamux.YamuxConnection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Upgrades raw streams, of whatever kind, to connections (specification connections, section Upgrading Connections). Lives on the
 * event loop.
 */
public final class Upgrader {

    /** Multiplexers that this host speaks. */
    public static final List<String> MUXERS = List.of(YamuxConnection.PROTOCOL);

    private final Map<String, Security> securities = new LinkedHashMap<>();
    private final YamuxConfig yamux;
    private final ScheduledExecutorService eventLoop;
    private final LongSupplier nanoTime;

    /**
     * @param securities the preferred first
     * @param nanoTime a monotonic clock, as {@link System#nanoTime}
     */
    public Upgrader(
            List<? extends Security> securities,
            YamuxConfig yamux,
            ScheduledExecutorService eventLoop,
            LongSupplier nanoTime) {
        securities.forEach(security -> this.securities.put(security.protocol(), security));
        this.yamux = yamux;
        this.eventLoop = eventLoop;
        this.nanoTime = nanoTime;
    }

    /**
     * Upgrades a stream. Takes as long as the peer lets it: whoever calls resets the stream when that is too long.
     *
     * @param dialled whether this host proposes, and is the client
     * @param expected the only peer that is welcome; {@code null} for any
     * @param localAddress what the connection shall tell
     * @param remoteAddress what the connection shall tell
     * @return fails with {@link IOException} that says why; the stream is then to be reset
     */
    public CompletionStage<Connection> upgrade(
            ByteStream raw,
            boolean dialled,
            @Nullable PeerId expected,
            Multiaddr localAddress,
            Multiaddr remoteAddress) {
        return negotiate(raw, dialled, List.copyOf(securities.keySet()))
                .thenCompose(agreed -> security(agreed.protocol).secure(agreed.stream, dialled, expected))
                .thenCompose(secured -> multiplexed(secured, dialled))
                .thenApply(secured ->
                        new YamuxConnection(secured, dialled, localAddress, remoteAddress, yamux, eventLoop, nanoTime));
    }

    private record Agreed(NegotiatedStream stream, String protocol) {}

    private static CompletionStage<Agreed> negotiate(ByteStream raw, boolean dialled, List<String> protocols) {
        NegotiatedStream stream =
                dialled ? NegotiatedStream.proposing(raw, protocols) : NegotiatedStream.answering(raw, protocols);
        return stream.negotiate().thenApply(protocol -> new Agreed(stream, protocol));
    }

    private Security security(String protocol) {
        Security security = securities.get(protocol);
        if (security == null) {
            throw new IllegalStateException("agreed on a protocol that was not proposed: " + protocol);
        }
        return security;
    }

    private static CompletionStage<SecuredStream> multiplexed(SecuredStream secured, boolean dialled) {
        String early = secured.muxer().orElse(null);
        if (early == null) {
            return negotiate(secured.bytes(), dialled, MUXERS)
                    .thenApply(agreed -> new SecuredStream(agreed.stream, secured.peer(), secured.muxer()));
        }
        return MUXERS.contains(early)
                ? CompletableFuture.completedFuture(secured)
                : CompletableFuture.failedFuture(
                        new IOException("the peer has chosen a multiplexer unasked: " + early));
    }
}
