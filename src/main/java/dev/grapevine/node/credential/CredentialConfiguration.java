package dev.grapevine.node.credential;

import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
class CredentialConfiguration {

    /** Credentials that wait for each thread; what comes beyond that is refused. */
    private static final int MAX_WAITING = 128;

    private static final int IDLE_SECONDS = 60;

    @Bean
    CredentialIssuer credentialIssuer(IssuerIdentity identity, IssuerKeys keys, SecureRandom random) {
        return new CredentialIssuer(identity, keys, random);
    }

    @Bean
    CredentialSigner credentialSigner(IssuerIdentity identity, IssuerKeys keys, Clock clock) {
        return new CredentialSigner(identity, keys, clock);
    }

    @Bean
    SdJwtSigner sdJwtSigner(IssuerIdentity identity, IssuerKeys keys, SecureRandom random, Clock clock) {
        return new SdJwtSigner(identity, keys, random, clock);
    }

    @Bean
    SdJwtPresenter sdJwtPresenter(IssuerKeys keys, Clock clock) {
        return new SdJwtPresenter(keys, clock);
    }

    /** Verifies what takes longer than an event loop should; each request waits for its answer. */
    @Bean(destroyMethod = "dispose")
    Scheduler verifyScheduler() {
        int threads = Runtime.getRuntime().availableProcessors();
        return Schedulers.newBoundedElastic(threads, MAX_WAITING, "verify", IDLE_SECONDS, true);
    }

    @Bean
    CredentialVerifier credentialVerifier(
            Clock clock,
            ObjectProvider<RegistryCheck> registry,
            ObjectProvider<OwnStatusLists> own,
            ObjectProvider<OwnDidDocument> ownDid,
            ObjectProvider<RemoteDocuments> documents,
            Scheduler verifyScheduler) {
        return new CredentialVerifier(
                clock,
                registry.getIfAvailable(),
                own.getIfAvailable(() -> OwnStatusLists.NONE),
                ownDid.getIfAvailable(() -> OwnDidDocument.NONE)
                        .before(documents.getIfAvailable(() -> RemoteDocuments.NONE)),
                verifyScheduler);
    }

    @Bean
    PresentationSigner presentationSigner(IssuerIdentity identity, IssuerKeys keys, Clock clock) {
        return new PresentationSigner(identity, keys, clock);
    }

    @Bean
    PresentationVerifier presentationVerifier(
            Clock clock, CredentialVerifier credentials, ObjectProvider<Challenges> challenges) {
        return new PresentationVerifier(clock, credentials, challenges.getIfAvailable(() -> Challenges.NONE));
    }
}
