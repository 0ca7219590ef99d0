package dev.grapevine.node.storage;

import dev.grapevine.node.identity.NodeProperties;
import java.io.IOException;
import java.security.SecureRandom;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Opens the database before anything that needs a connection, and closes it after. Spring Boot makes the connection pool
 * ({@code spring.r2dbc.pool.*}), {@code DatabaseClient} and transaction manager from the connection details given here.
 */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    @Bean(destroyMethod = "close")
    DataDirectory dataDirectory(NodeProperties node) {
        return DataDirectory.lock(node.dataDir());
    }

    @Bean(destroyMethod = "close")
    Database database(
            DataDirectory directory, StorageProperties properties, R2dbcProperties spring, SecureRandom random)
            throws IOException {
        String url = properties.url();
        if (url != null && !url.isBlank()) {
            return Database.configured(
                    DatabaseUrl.parse("GRAPEVINE_DB_URL", url, properties.username(), properties.password()),
                    properties.startTimeout());
        }
        String springUrl = spring.getUrl();
        if (springUrl != null && !springUrl.isBlank()) {
            return Database.configured(
                    DatabaseUrl.parse("spring.r2dbc.url", springUrl, spring.getUsername(), spring.getPassword()),
                    properties.startTimeout());
        }
        return Database.embedded(directory, properties.startTimeout(), random);
    }

    @Bean
    R2dbcConnectionDetails r2dbcConnectionDetails(Database database) {
        return () -> database.url().r2dbcOptions();
    }
}
