package dev.grapevine.node.challenge;

import dev.grapevine.node.identity.RequestSecret;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
class ChallengeConfiguration {

    @Bean
    NodeChallenges challenges(DatabaseClient database, RequestSecret secret, SecureRandom random, Clock clock) {
        return new NodeChallenges(database, new SignedChallenge(secret.bytes()), random, clock);
    }
}
