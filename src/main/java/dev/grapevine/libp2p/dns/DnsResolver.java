package dev.grapevine.libp2p.dns;

import dev.grapevine.libp2p.sockets.Sockets;
import dev.grapevine.libp2p.swarm.NameResolver;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the system for addresses, so that they are the ones of every other program on this machine, and a DNS server for texts. Opens
 * a socket for each query of texts, none before. Lives on the event loop.
 */
public final class DnsResolver implements NameResolver {

    /** Texts of a name that are taken. */
    static final int MAX_TEXTS = 64;

    private static final long QUERY_TIMEOUT_MILLIS = 2_000;
    private static final int MAX_PAYLOAD_BYTES = 4096;

    private final EventLoop eventLoop;
    private final NameResolver system;
    private final Supplier<DnsServerAddressStreamProvider> servers;
    private @Nullable DnsNameResolver dns;

    /** @param servers to ask; called at the first query of texts */
    public DnsResolver(EventLoop eventLoop, Supplier<DnsServerAddressStreamProvider> servers) {
        this.eventLoop = eventLoop;
        this.system = NameResolver.system(eventLoop);
        this.servers = servers;
    }

    @Override
    public CompletionStage<List<InetAddress>> resolve(String host) {
        return system.resolve(host);
    }

    @Override
    public CompletionStage<List<String>> texts(String name) {
        if (dns == null) {
            dns = new DnsNameResolverBuilder(eventLoop)
                    .datagramChannelType(Sockets.of(eventLoop).datagram())
                    .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                    .nameServerProvider(servers.get())
                    .queryTimeoutMillis(QUERY_TIMEOUT_MILLIS)
                    .maxPayloadSize(MAX_PAYLOAD_BYTES)
                    .build();
        }
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        dns.resolveAll(new DefaultDnsQuestion(name.endsWith(".") ? name : name + ".", DnsRecordType.TXT))
                .addListener(future -> {
                    if (future.isSuccess()) {
                        @SuppressWarnings("unchecked") // what resolveAll gives
                        List<DnsRecord> records = (List<DnsRecord>) future.getNow();
                        result.complete(texts(records));
                    } else {
                        result.completeExceptionally(
                                new IOException(name + ": " + future.cause().getMessage(), future.cause()));
                    }
                });
        return result;
    }

    private static List<String> texts(List<DnsRecord> records) {
        List<String> texts = new ArrayList<>();
        try {
            for (DnsRecord record : records) {
                if (texts.size() < MAX_TEXTS && record instanceof DnsRawRecord raw) {
                    texts.add(TextRecord.decode(raw.content()));
                }
            }
        } finally {
            records.forEach(ReferenceCountUtil::release);
        }
        return texts;
    }

    /** Gives up what is under way. */
    public void close() {
        if (dns != null) {
            dns.close();
        }
    }
}
