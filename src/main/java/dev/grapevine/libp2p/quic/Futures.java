package dev.grapevine.libp2p.quic;

import dev.grapevine.libp2p.swarm.Timeouts;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Helps stages to fail as the interfaces of the swarm promise: with an {@link IOException}, not wrapped. */
final class Futures {

    private Futures() {}

    /** A future that ends as the stage does. */
    static <T> CompletableFuture<T> relay(CompletionStage<? extends T> from) {
        CompletableFuture<T> to = new CompletableFuture<>();
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(ioException(failure));
            }
        });
        return to;
    }

    /** What a failure says for itself. */
    static String reason(Throwable failure) {
        return Objects.requireNonNullElse(ioException(failure).getMessage(), "failed");
    }

    private static IOException ioException(Throwable failure) {
        Throwable cause = Timeouts.cause(failure);
        return cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
    }
}
