package dev.grapevine.node.access;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Who asks, whichever library has read the request.
 *
 * @param peer the other end of the connection
 * @param headers of the request
 * @param secure whether it came by TLS
 */
record Caller(@Nullable InetSocketAddress peer, HttpHeaders headers, boolean secure) {

    static Caller of(ServerHttpRequest request) {
        return new Caller(
                request.getRemoteAddress(),
                request.getHeaders(),
                "https".equals(request.getURI().getScheme()));
    }
}
