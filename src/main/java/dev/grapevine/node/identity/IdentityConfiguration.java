package dev.grapevine.node.identity;

import dev.grapevine.libp2p.crypto.PrivateKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node's and the issuer's identity, from their key files. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

    private static final Logger log = LoggerFactory.getLogger(IdentityConfiguration.class);

    @Bean
    NodeIdentity nodeIdentity(NodeProperties properties, SecureRandom random) {
        NodeIdentity node =
                new NodeIdentity(new KeyRing(random).key(properties.dataDir().resolve("node.key")));
        log.info("This node is peer {} of network {}.", node.peerId(), properties.network());
        return node;
    }

    @Bean
    IssuerIdentity issuerIdentity(NodeProperties properties, SecureRandom random) {
        NodeProperties.Issuer issuer = properties.issuer();
        Path keyFile = issuer.keyFile() != null
                ? issuer.keyFile()
                : properties.dataDir().resolve("issuer.key");
        KeyRing keys = new KeyRing(random);
        PrivateKey signingKey = keys.key(keyFile);
        IssuerId id = new IssuerId(signingKey.publicKey());
        log.info("It signs for issuer {} ({}).", id, issuer.name());
        return new IssuerIdentity(
                id, signingKey, issuer.name(), issuer.didWeb(), keys.recoveryKey(keyFile.resolveSibling(".")));
    }
}
