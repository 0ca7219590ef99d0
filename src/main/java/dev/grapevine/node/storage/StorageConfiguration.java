package dev.grapevine.node.storage;

import dev.grapevine.node.identity.NodeProperties;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/**
 * Opens the database before anything that needs a connection, and closes it after. Spring Boot makes {@code DatabaseClient} and
 * transaction manager from the connection pool ({@code spring.r2dbc.pool.*}) given here.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StorageProperties.class)
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

    /** Boot's own pool could not take a connection back from a database that hangs. */
    @Bean(destroyMethod = "dispose")
    ConnectionPool connectionFactory(Database database, StorageProperties properties, R2dbcProperties spring) {
        Leases leases = new Leases(properties.timeout(), Schedulers.parallel());
        ConnectionFactory server =
                ConnectionFactories.get(database.url().r2dbcOptions(properties.timeout(), UUID.randomUUID()));
        ConnectionPoolConfiguration.Builder pool = ConnectionPoolConfiguration.builder(server)
                .postAllocate(leases::begin)
                .preRelease(leases::end);
        R2dbcProperties.Pool set = spring.getPool();
        PropertyMapper map = PropertyMapper.get();
        map.from(set.getMinIdle()).to(pool::minIdle);
        map.from(set.getInitialSize()).to(pool::initialSize);
        map.from(set.getMaxSize()).to(pool::maxSize);
        map.from(set.getMaxIdleTime()).to(pool::maxIdleTime);
        map.from(set.getMaxLifeTime()).to(pool::maxLifeTime);
        map.from(set.getMaxAcquireTime()).to(pool::maxAcquireTime);
        map.from(set.getMaxCreateConnectionTime()).to(pool::maxCreateConnectionTime);
        map.from(set.getMaxValidationTime()).to(pool::maxValidationTime);
        map.from(set.getAcquireRetry()).to(pool::acquireRetry);
        map.from(set.getValidationQuery()).whenHasText().to(pool::validationQuery);
        map.from(set.getValidationDepth()).to(pool::validationDepth);
        return new ConnectionPool(pool.build());
    }
}
