package dev.grapevine.node.fetch;

import dev.grapevine.node.credential.RemoteDocuments;
import java.net.InetAddress;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FetchProperties.class)
class FetchConfiguration {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Bean
    RemoteDocuments remoteDocuments(FetchProperties properties) {
        return new HttpDocuments(
                InetAddress::getAllByName,
                new Addresses(properties.allowedNetworks()),
                Schedulers.boundedElastic(),
                TIMEOUT);
    }
}
