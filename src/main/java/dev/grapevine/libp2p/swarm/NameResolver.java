package dev.grapevine.libp2p.swarm;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Finds what is known of a name. */
@FunctionalInterface
public interface NameResolver {

    /** @return at least one address, completing on the event loop; fails with {@link UnknownHostException} */
    CompletionStage<List<InetAddress>> resolve(String host);

    /**
     * The texts that DNS has under a name (records of type TXT), completing on the event loop.
     *
     * @return fails with {@link java.io.IOException}, as it always does where this resolver asks no DNS
     */
    default CompletionStage<List<String>> texts(String name) {
        return CompletableFuture.failedFuture(new UnknownHostException(name));
    }

    /** The system's resolver, which knows no texts, asked beside the event loop, for it blocks. */
    static NameResolver system(Executor eventLoop) {
        return host -> {
            CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
            Thread.ofVirtual().name("resolve " + host).start(() -> {
                try {
                    List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
                    eventLoop.execute(() -> result.complete(addresses));
                } catch (UnknownHostException e) {
                    eventLoop.execute(() -> result.completeExceptionally(e));
                }
            });
            return result;
        };
    }
}
