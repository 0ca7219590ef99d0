package dev.grapevine.node.access;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What {@link Routes} does not leave open needs an API key as a bearer token (RFC 6750). No session, no cookie. */
@Configuration(proxyBeanMethods = false)
@EnableWebFluxSecurity
class SecurityConfiguration {

    private static final String SCHEME = "Bearer ";

    @Bean
    SecurityWebFilterChain securityWebFilterChain(ServerHttpSecurity http, ApiKeys keys, Problems problems) {
        AuthenticationWebFilter authentication = new AuthenticationWebFilter(check(keys));
        authentication.setServerAuthenticationConverter(SecurityConfiguration::bearerToken);
        authentication.setAuthenticationFailureHandler(
                new ServerAuthenticationEntryPointFailureHandler(problems::unauthorized));
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .addFilterAt(authentication, SecurityWebFiltersOrder.AUTHENTICATION)
                .authorizeExchange(exchanges -> exchanges.anyExchange().access(SecurityConfiguration::decide))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(problems::unauthorized)
                        .accessDeniedHandler(problems::forbidden))
                .build();
    }

    /** Everybody may make public requests; whoever shows a key there must show one that works. */
    private static Mono<AuthorizationResult> decide(Mono<Authentication> caller, AuthorizationContext context) {
        Role needed = Routes.of(context.getExchange().getRequest()).needed();
        return needed == null
                ? Mono.just(new AuthorizationDecision(true))
                : caller.map(needed::isHeldBy).defaultIfEmpty(false).map(AuthorizationDecision::new);
    }

    /** Where a public request comes with credentials of another kind they are not for this node: a proxy's, for example. */
    private static Mono<Authentication> bearerToken(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return Mono.empty();
        }
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Routes.of(exchange.getRequest()).isPublic()
                    ? Mono.empty()
                    : Mono.error(RefusedTokenException.malformed());
        }
        String token = header.substring(SCHEME.length()).strip();
        return Mono.just(UsernamePasswordAuthenticationToken.unauthenticated("bearer", token));
    }

    private static ReactiveAuthenticationManager check(ApiKeys keys) {
        return shown -> keys.check(String.valueOf(shown.getCredentials())).map(ApiKey::caller);
    }

    /** Pages of other origins may make the public requests of the API, without credentials. */
    @Bean
    CorsConfigurationSource corsConfigurationSource(AccessProperties properties) {
        CorsConfiguration open = new CorsConfiguration();
        open.setAllowedOrigins(properties.cors().allowedOrigins());
        open.setAllowedMethods(List.of("GET", "HEAD", "POST"));
        open.setAllowedHeaders(List.of("Accept", "Content-Type", "If-None-Match"));
        open.setExposedHeaders(List.of("ETag", "Link", "Retry-After"));
        return exchange -> {
            HttpMethod asked = exchange.getRequest().getHeaders().getAccessControlRequestMethod();
            HttpMethod method = asked == null ? exchange.getRequest().getMethod() : asked;
            PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
            return Routes.of(method, path).isPublic() ? open : new CorsConfiguration();
        };
    }

    /** Paths with tricks in them (encoded slashes, {@code //}, control characters) end as any other bad request. */
    @Bean
    ServerExchangeRejectedHandler exchangeRejectedHandler(Problems problems) {
        return (exchange, rejected) -> problems.handle(
                exchange,
                new ResponseStatusException(HttpStatus.BAD_REQUEST, "The request's path or headers are malformed."));
    }
}
