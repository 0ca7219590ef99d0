package dev.grapevine.node.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.security.Principal;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.ServerAuthenticationEntryPointFailureHandler;
import org.springframework.security.web.server.authorization.AuthorizationContext;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.savedrequest.NoOpServerRequestCache;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** What {@link Routes} does not leave open needs an API key as a bearer token (RFC 6750). No session, no cookie. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({AccessProperties.class, HttpProperties.class})
@EnableWebFluxSecurity
class SecurityConfiguration {

    /** The beans of this module that are given time and chance. */
    @Bean
    RateLimiter rateLimiter(AccessProperties properties, SecureRandom random, MeterRegistry meters) {
        return new RateLimiter(properties.rateLimit(), random.nextLong(), System::nanoTime, meters);
    }

    /**
     * For handlers in front of the filters, which know nothing of this module: the header that an answer of theirs begins with, if they
     * may answer a request themselves.
     */
    @Bean
    BiFunction<Channel, HttpRequest, Optional<HttpHeaders>> publicRequests(Edge edge) {
        return edge::admit;
    }

    /** For what everybody may ask and readers get more of: whether a caller is one. */
    @Bean
    Predicate<Principal> readers() {
        return caller -> caller instanceof Authentication known && Role.READER.isHeldBy(known);
    }

    /** A timer about each of Security's own filters costs a tenth of what answering a request does; {@code http.server.requests} has the whole. */
    @Bean
    SecurityObservationSettings securityObservationSettings() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http, BearerTokens tokens, RateLimiter limiter, Problems problems) {
        AuthenticationWebFilter authentication =
                new AuthenticationWebFilter((ReactiveAuthenticationManager) Mono::just);
        authentication.setServerAuthenticationConverter(tokens);
        authentication.setAuthenticationFailureHandler(
                new ServerAuthenticationEntryPointFailureHandler(problems::unauthorized));
        return http.securityMatcher(SecurityConfiguration::concernsSecurity)
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .headers(ServerHttpSecurity.HeaderSpec::disable)
                .cors(ServerHttpSecurity.CorsSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(cache -> cache.requestCache(NoOpServerRequestCache.getInstance()))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .addFilterAt(authentication, SecurityWebFiltersOrder.AUTHENTICATION)
                .addFilterAfter(limitOfKey(limiter), SecurityWebFiltersOrder.AUTHENTICATION)
                .authorizeExchange(exchanges -> exchanges.anyExchange().access(SecurityConfiguration::decide))
                .exceptionHandling(errors -> errors.authenticationEntryPoint(problems::unauthorized)
                        .accessDeniedHandler(problems::forbidden))
                .build();
    }

    /** All but public requests without a token: those have nothing to gain here, and pass by. */
    private static Mono<MatchResult> concernsSecurity(ServerWebExchange exchange) {
        boolean open = Routes.of(exchange.getRequest()).isPublic()
                && !Edge.showsToken(exchange.getRequest().getHeaders());
        return open ? MatchResult.notMatch() : MatchResult.match();
    }

    private static WebFilter limitOfKey(RateLimiter limiter) {
        return (exchange, chain) -> ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(caller -> limiter.admit(
                        exchange,
                        caller.getName(),
                        Routes.of(exchange.getRequest()).cost()))
                .defaultIfEmpty(true)
                .flatMap(admitted ->
                        admitted ? chain.filter(exchange) : Mono.error(() -> RateLimiter.refusal(exchange)));
    }

    /** Everybody may make public requests; whoever shows a token there has shown one that works. */
    private static Mono<AuthorizationResult> decide(Mono<Authentication> caller, AuthorizationContext context) {
        Role needed = Routes.of(context.getExchange().getRequest()).needed();
        return needed == null
                ? Mono.just(new AuthorizationDecision(true))
                : caller.map(needed::isHeldBy).defaultIfEmpty(false).map(AuthorizationDecision::new);
    }

    /** Paths with tricks in them (encoded slashes, {@code //}, control characters) end as any other bad request. */
    @Bean
    ServerExchangeRejectedHandler exchangeRejectedHandler(Problems problems) {
        return (exchange, rejected) -> problems.handle(
                exchange,
                new ResponseStatusException(HttpStatus.BAD_REQUEST, "The request's path or headers are malformed."));
    }
}
