package dev.grapevine.node.identity;

import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.KeyProblem;
import dev.grapevine.node.start.StartProblem;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node's and the issuer's identity, from their key files. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({NodeProperties.class, KeyProperties.class})
class IdentityConfiguration {

    private static final Logger log = LoggerFactory.getLogger(IdentityConfiguration.class);

    @Bean
    KeyRing keyRing(KeyProperties properties, SecureRandom random) {
        try {
            return new KeyRing(properties.given(), random);
        } catch (KeyProblem e) {
            throw new StartProblem(String.valueOf(e.getMessage()), e.remedy(), e);
        }
    }

    @Bean
    NodeIdentity nodeIdentity(NodeProperties properties, KeyRing keys) {
        NodeIdentity node = new NodeIdentity(keys.key(properties.dataDir().resolve("node.key")));
        log.info("This node is peer {} of network {}.", node.peerId(), properties.network());
        return node;
    }

    @Bean
    KeyRing.Issuer issuer(NodeProperties properties, KeyRing keys) {
        NodeProperties.Issuer issuer = properties.issuer();
        Path keyFile = issuer.keyFile() != null
                ? issuer.keyFile()
                : properties.dataDir().resolve("issuer.key");
        KeyRing.Issuer found = keys.issuer(keyFile, issuer.recovering());
        log.info("It signs for issuer {} ({}).", found.id(), issuer.name());
        return found;
    }

    @Bean
    IssuerIdentity issuerIdentity(NodeProperties properties, KeyRing.Issuer issuer) {
        NodeProperties.Issuer named = properties.issuer();
        IssuerFiles files = issuer.files();
        try {
            return new IssuerIdentity(
                    issuer.id(),
                    named.name(),
                    named.didWeb(),
                    files.recoveryPublic().orElse(null),
                    issuer.isNew());
        } catch (KeyProblem e) {
            throw new StartProblem(String.valueOf(e.getMessage()), e.remedy(), e);
        }
    }

    @Bean
    IssuerKeys issuerKeys(NodeProperties properties, KeyRing keys, KeyRing.Issuer issuer) {
        Optional<WebIdentity> web = properties.didWeb().map(did -> keys.web(did, issuer.files()));
        web.ifPresent(identity -> log.info("By ECDSA it signs as {}.", identity.did()));
        return new FileIssuerKeys(issuer.files(), issuer.id(), issuer.signingKey(), web);
    }

    @Bean
    RequestSecret requestSecret(KeyRing.Issuer issuer) {
        return new RequestSecret(issuer.requestSecret());
    }
}
