package dev.grapevine.node.access;

import org.springframework.security.core.Authentication;
import reactor.core.publisher.Mono;

/** Judges the tokens of an identity provider. There is one only where the settings name a provider. */
interface TokenCheck {

    /**
     * Finds out whose token it is.
     *
     * @param token a JWT, or what looks like one
     * @return the caller {@code oauth2:<sub>} with the roles of the token's scopes; fails with {@link RefusedTokenException},
     *     or with {@code AuthenticationServiceException} while the provider does not answer
     */
    Mono<Authentication> check(String token);
}
