package dev.grapevine.node.status;

import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.StatusListWriter;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.NodeProperties;
import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;

@Configuration(proxyBeanMethods = false)
class StatusConfiguration {

    @Bean
    StatusRows statusRows(DatabaseClient database) {
        return new StatusRows(database);
    }

    /** A status that nobody can look up would make a credential worthless: without a public URL there is none. */
    @Bean
    StatusPlaces statusPlaces(NodeProperties properties, DatabaseClient database, SecureRandom random, Clock clock) {
        return properties.publicUrl() == null
                ? StatusPlaces.NONE
                : new TakenPlaces(new PlaceTable(database, random, clock, base(properties))::take);
    }

    @Bean
    PublishedLists publishedLists(
            NodeProperties properties, StatusRows rows, CredentialSigner signer, IssuerIdentity identity, Clock clock) {
        String base = base(properties);
        StatusListWriter writer =
                new StatusListWriter(signer, base, PublishedLists.TIME_TO_LIVE, PublishedLists.VALIDITY);
        return new PublishedLists(
                rows,
                writer,
                clock,
                base,
                list -> list.ofWeb()
                        ? properties.didWeb().orElse("")
                        : identity.id().did());
    }

    @Bean
    IssuedTable issuedTable(DatabaseClient database, Clock clock) {
        return new IssuedTable(database, clock);
    }

    @Bean
    StatusChanges statusChanges(
            IssuedTable issued,
            ProfileCredentials profiles,
            StatusRows rows,
            Audit audit,
            ReactiveTransactionManager transactions) {
        return new StatusChanges(issued, profiles, rows, audit, transactions);
    }

    private static String base(NodeProperties properties) {
        return properties.publicUrl() == null ? "" : properties.publicUrl() + StatusPlace.PATH;
    }
}
