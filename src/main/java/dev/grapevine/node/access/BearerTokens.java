package dev.grapevine.node.access;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds out who calls by the bearer token (RFC 6750 §2.1) that a request shows.
 *
 * <p>From an address that has been wrong too often nothing is looked at any more but keys that nodes make. Nobody finds one of
 * those by trying, so that whoever has one is not shut out by others at the same address.
 */
@Component
class BearerTokens implements ServerAuthenticationConverter {

    /** Three parts, the first of them a JSON object (RFC 7515 §3.1); the last is empty where nothing is signed. */
    private static final Pattern JWT = Pattern.compile("eyJ[\\w-]*\\.[\\w-]*\\.[\\w-]*");

    private final ApiKeys keys;
    private final @Nullable TokenCheck tokens;
    private final RateLimiter limiter;

    BearerTokens(ApiKeys keys, ObjectProvider<TokenCheck> tokens, RateLimiter limiter) {
        this.keys = keys;
        this.tokens = tokens.getIfAvailable();
        this.limiter = limiter;
    }

    /** @return who calls; empty where no token is shown; fails with {@link RefusedTokenException}, or with a 429 */
    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return Mono.empty();
        }
        if (!Edge.isBearer(header)) {
            // Where no key is needed, credentials of another kind are not for this node but for a proxy, for example.
            return Routes.of(exchange.getRequest()).isPublic()
                    ? Mono.empty()
                    : Mono.error(RefusedTokenException.malformed());
        }
        String token = header.substring(Edge.SCHEME.length() - 1).strip();
        if (!ApiKey.isGenerated(token) && !limiter.mayFail(exchange)) {
            return refuse(exchange, RefusedTokenException.unknown());
        }
        return check(token).onErrorResume(RefusedTokenException.class, refused -> refuse(exchange, refused));
    }

    private Mono<Authentication> check(String token) {
        return tokens != null && JWT.matcher(token).matches()
                ? tokens.check(token)
                : keys.check(token).map(ApiKey::caller);
    }

    private Mono<Authentication> refuse(ServerWebExchange exchange, RefusedTokenException refused) {
        return Mono.error(limiter.admitFailure(exchange) ? refused : RateLimiter.refusal(exchange));
    }
}
