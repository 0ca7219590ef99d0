package dev.grapevine.node.credential;

import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CredentialConfiguration {

    @Bean
    CredentialIssuer credentialIssuer(IssuerIdentity identity, IssuerKeys keys, SecureRandom random) {
        return new CredentialIssuer(identity, keys, random);
    }

    @Bean
    CredentialVerifier credentialVerifier(Clock clock, ObjectProvider<RegistryCheck> registry) {
        return new CredentialVerifier(clock, registry.getIfAvailable());
    }
}
