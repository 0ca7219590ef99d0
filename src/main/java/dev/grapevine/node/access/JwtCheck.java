package dev.grapevine.node.access;

import dev.grapevine.node.start.StartProblem;
import io.netty.channel.ChannelOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * JWT access tokens (RFC 9068) of one issuer. Its metadata and keys are fetched when the first token comes, so that the node
 * starts without it, and then kept; a key id that is not among them makes the node ask again.
 */
final class JwtCheck implements TokenCheck {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
    private static final String SCOPE_PREFIX = "grapevine:";

    private final ReactiveJwtDecoder decoder;

    JwtCheck(AccessProperties.OAuth2 properties, Clock clock) {
        String issuer = Objects.requireNonNull(properties.issuerUri());
        if (!issuer.matches("https?://\\S+")) {
            throw new StartProblem(
                    "grapevine.oauth2.issuer-uri is '" + issuer + "', which is no https:// URL.",
                    "Set it to the issuer exactly as it stands in the tokens' iss.");
        }
        String audience = properties.audience();
        if (audience == null || audience.isBlank()) {
            throw new StartProblem(
                    "grapevine.oauth2.issuer-uri is set without grapevine.oauth2.audience: any token of that provider, whatever"
                            + " it is for, would be taken.",
                    "Set grapevine.oauth2.audience to what your provider writes into the tokens for this node.");
        }
        HttpClient http = HttpClient.create()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis())
                .responseTimeout(RESPONSE_TIMEOUT);
        NimbusReactiveJwtDecoder nimbus = NimbusReactiveJwtDecoder.withIssuerLocation(issuer)
                .webClient(WebClient.builder()
                        .clientConnector(new ReactorClientHttpConnector(http))
                        .build())
                // RFC 8725 §3.1: signatures alone, never "none", never an HMAC with a public key as its secret
                .jwsAlgorithms(allowed -> allowed.addAll(EnumSet.allOf(SignatureAlgorithm.class)))
                .build();
        nimbus.setJwtValidator(rules(issuer, audience, clock));
        this.decoder = nimbus;
    }

    /** RFC 9068 §4. */
    private static OAuth2TokenValidator<Jwt> rules(String issuer, String audience, Clock clock) {
        JwtTypeValidator type = new JwtTypeValidator("at+jwt", "application/at+jwt", "JWT");
        type.setAllowEmpty(true); // many providers still leave it out
        JwtTimestampValidator time = new JwtTimestampValidator(CLOCK_SKEW);
        time.setClock(clock);
        time.setAllowEmptyExpiryClaim(false);
        return new DelegatingOAuth2TokenValidator<>(
                type,
                time,
                new JwtIssuerValidator(issuer),
                new JwtClaimValidator<Object>(
                        JwtClaimNames.AUD, claim -> claim instanceof Collection<?> all && all.contains(audience)),
                new JwtClaimValidator<Object>(
                        JwtClaimNames.SUB, claim -> claim instanceof String subject && !subject.isBlank()));
    }

    @Override
    public Mono<Authentication> check(String token) {
        return decoder.decode(token).map(JwtCheck::caller).onErrorMap(JwtCheck::explain);
    }

    /** Everything but a bad token is trouble with the provider. */
    private static Throwable explain(Throwable error) {
        return error instanceof BadJwtException bad
                ? RefusedTokenException.token(
                        String.valueOf(bad.getMessage()).replaceFirst("^An error occurred .* Jwt: ", ""))
                : new AuthenticationServiceException("The identity provider does not answer", error);
    }

    private static Authentication caller(Jwt token) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Stream.of("scope", "scp")
                .flatMap(claim -> scopes(token.getClaims().get(claim)))
                .filter(scope -> scope.startsWith(SCOPE_PREFIX))
                .map(scope -> Role.parse(scope.substring(SCOPE_PREFIX.length())))
                .flatMap(Optional::stream)
                .forEach(roles::add);
        return UsernamePasswordAuthenticationToken.authenticated(
                "oauth2:" + token.getSubject(), null, Role.authorities(roles));
    }

    /** RFC 8693 §4.2: words in one text; some providers send a list. */
    private static Stream<String> scopes(@Nullable Object claim) {
        if (claim instanceof List<?> list) {
            return list.stream().map(String::valueOf);
        }
        return claim instanceof String text ? Arrays.stream(text.split(" ", -1)) : Stream.empty();
    }
}
