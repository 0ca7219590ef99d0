package dev.grapevine.node.network;

import org.jspecify.annotations.Nullable;

/** The node cannot listen for peers; the message names the address. */
final class NetworkStartException extends RuntimeException {

    NetworkStartException(@Nullable Throwable cause) {
        super(cause == null ? "no cause given" : cause.getMessage(), cause);
    }
}
