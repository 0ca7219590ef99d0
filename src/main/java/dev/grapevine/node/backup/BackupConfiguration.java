package dev.grapevine.node.backup;

import dev.grapevine.node.identity.NodeIdentity;
import dev.grapevine.node.identity.NodeProperties;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.registry.OwnLogCheck;
import dev.grapevine.node.registry.RegistryBackup;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RestoreProperties.class)
class BackupConfiguration {

    @Bean
    OtherRows otherRows(DatabaseClient database) {
        return new OtherRows(database);
    }

    @Bean
    Backup backup(RegistryBackup registry, OtherRows others, NodeProperties node, Clock clock) {
        return new Backup(registry, others, node.network(), clock);
    }

    @Bean
    Restore restore(
            Intake intake, RegistryBackup registry, OtherRows others, NodeProperties properties, NodeIdentity node) {
        return new Restore(intake, registry, others, properties.network(), node.peerId());
    }

    @Bean
    RestoreAtStart restoreAtStart(Restore restore, RestoreProperties properties) {
        return new RestoreAtStart(restore, properties.restoreFrom(), OwnLogCheck.PHASE - 1);
    }
}
