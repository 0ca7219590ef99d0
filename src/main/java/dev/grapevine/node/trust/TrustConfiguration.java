package dev.grapevine.node.trust;

import dev.grapevine.node.identity.IssuerIdentity;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TrustProperties.class)
class TrustConfiguration {

    @Bean
    Trust trust(TrustStore store) {
        return new Trust(store);
    }

    @Bean
    Admission admission(Trust trust, TrustProperties properties) {
        return new Admission(trust, properties.admission(), properties.quotas());
    }

    @Bean
    AdmissionMetrics admissionMetrics(Admission admission) {
        return new AdmissionMetrics(admission);
    }

    @Bean
    TrustLifecycle trustLifecycle(
            Trust trust, Admission admission, TrustStore store, TrustProperties properties, IssuerIdentity identity) {
        return new TrustLifecycle(trust, admission, store, properties.levels(), identity.id());
    }
}
