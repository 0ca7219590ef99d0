package dev.grapevine.node.access;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@link PublicRoutes} are open; everything else needs an API key as a bearer token (RFC 6750). No session, no cookie. */
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
                .authorizeExchange(exchanges -> exchanges
                        .matchers(publicRoutes())
                        .permitAll()
                        .anyExchange()
                        .authenticated())
                .exceptionHandling(errors -> errors.authenticationEntryPoint(problems::unauthorized)
                        .accessDeniedHandler(problems::forbidden))
                .build();
    }

    private static ServerWebExchangeMatcher publicRoutes() {
        return exchange -> isPublic(exchange.getRequest().getMethod(), exchange.getRequest())
                ? MatchResult.match()
                : MatchResult.notMatch();
    }

    private static boolean isPublic(HttpMethod method, ServerHttpRequest request) {
        PathContainer path = request.getPath().pathWithinApplication();
        return PublicRoutes.includes(method, path);
    }

    private static Mono<Authentication> bearerToken(ServerWebExchange exchange) {
        String header = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Mono.empty();
        }
        String token = header.substring(SCHEME.length()).strip();
        return Mono.just(UsernamePasswordAuthenticationToken.unauthenticated("api-key", token));
    }

    private static ReactiveAuthenticationManager check(ApiKeys keys) {
        return presented -> keys.accepts(String.valueOf(presented.getCredentials()))
                .flatMap(accepted -> accepted
                        ? Mono.just(UsernamePasswordAuthenticationToken.authenticated("api-key", null, List.of()))
                        : Mono.error(new BadCredentialsException("The API key is not valid.")));
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
            return isPublic(method, exchange.getRequest()) ? open : new CorsConfiguration();
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
