package dev.grapevine.node.registry;

import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.identity.NodeProperties;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.status.ProfileCredentials;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.trust.Admission;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.ConnectionFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LookupProperties.class)
class RegistryConfiguration {

    /** Runs of up to 64 KiB each that wait for their signature check, a thread. */
    private static final int MAX_JUDGED_AT_ONCE = 128;

    private static final int IDLE_SECONDS = 60;

    /** Proxies close a stream on which nothing comes for half a minute or so. */
    private static final Duration QUIET = Duration.ofSeconds(15);

    @Bean
    Transactions registryTransactions(ConnectionFactory connections) {
        return new Transactions(connections);
    }

    @Bean
    Frontier frontier() {
        return new Frontier();
    }

    @Bean
    FrontierRefresh frontierRefresh(Transactions transactions, Frontier frontier) {
        return new FrontierRefresh(transactions, frontier);
    }

    /** Credentials and JSON of what this node publishes; callers wait for their answers, which bounds its queue. */
    @Bean(destroyMethod = "dispose")
    Scheduler publishScheduler() {
        return Schedulers.newParallel("publish", threads(), true);
    }

    /** Decides what a batch does and signs its events; apart, so that no batch waits behind an import's credentials. */
    @Bean(destroyMethod = "dispose")
    Scheduler commitScheduler() {
        return Schedulers.newSingle("commit", true);
    }

    /** Signatures of what peers send. */
    @Bean(destroyMethod = "dispose")
    Scheduler judgeScheduler() {
        return Schedulers.newBoundedElastic(threads(), MAX_JUDGED_AT_ONCE, "judge", IDLE_SECONDS, true);
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Bean
    OwnLogWriter ownLogWriter(
            IssuerIdentity identity, IssuerKeys keys, NodeProperties properties, SecureRandom random) {
        return new OwnLogWriter(
                identity,
                keys,
                properties.network(),
                random,
                properties.issuer().recovering());
    }

    @Bean
    GroupCommit groupCommit(
            Transactions transactions,
            OwnLogWriter writer,
            Frontier frontier,
            Clock clock,
            Scheduler commitScheduler,
            Spans spans) {
        return new GroupCommit(transactions, writer, frontier, clock, commitScheduler, spans);
    }

    @Bean
    KeyRotations keyRotations(
            Transactions transactions,
            OwnLogWriter writer,
            IssuerKeys keys,
            Frontier frontier,
            Clock clock,
            Scheduler commitScheduler) {
        return new KeyRotations(transactions, writer, keys, frontier, clock, commitScheduler);
    }

    @Bean
    KeyRecovery keyRecovery(
            Transactions transactions,
            OwnLogWriter writer,
            IssuerKeys keys,
            Forks forks,
            NodeProperties properties,
            Clock clock,
            Scheduler commitScheduler) {
        return new KeyRecovery(transactions, writer, keys, forks, properties.network(), clock, commitScheduler);
    }

    /** Without a network module, nobody can know more. */
    @Bean
    OwnLog ownLog(
            IssuerIdentity identity,
            Frontier frontier,
            GroupCommit commits,
            ObjectProvider<OwnLogCheck> check,
            ObjectProvider<Publisher> publisher) {
        return new OwnLog(
                identity,
                frontier,
                commits,
                () -> check.getIfAvailable(NobodyElse::new),
                entries -> publisher.getObject().emit(entries),
                Schedulers.parallel());
    }

    private static final class NobodyElse implements OwnLogCheck {
        @Override
        public boolean hasPeers() {
            return false;
        }

        @Override
        public Mono<Void> compared() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> fetched() {
            return Mono.empty();
        }
    }

    @Bean
    Publisher publisher(
            GroupCommit commits,
            KeyRotations rotations,
            CredentialIssuer credentials,
            StatusPlaces statusPlaces,
            Clock clock,
            SecureRandom random,
            Scheduler publishScheduler,
            Spans spans,
            OwnLog ownLog,
            ObjectProvider<PeerClock> peerClock,
            MeterRegistry meters) {
        SingletonSupplier<PeerClock> knownLater =
                SingletonSupplier.of(() -> peerClock.getIfAvailable(() -> Optional::empty));
        return new Publisher(
                commits,
                rotations,
                credentials,
                statusPlaces,
                clock,
                random,
                publishScheduler,
                spans,
                () -> knownLater.obtain().ahead(),
                ownLog.known(),
                meters);
    }

    @Bean
    PostgresIntake intake(
            Transactions transactions,
            NodeProperties properties,
            Frontier frontier,
            PostgresForks forks,
            Clock clock,
            Scheduler judgeScheduler,
            Spans spans,
            Admission admission) {
        return new PostgresIntake(
                transactions,
                new RunVerifier(properties.network()),
                frontier,
                forks,
                clock,
                judgeScheduler,
                spans,
                admission);
    }

    @Bean
    PostgresTrust trustStore(Transactions transactions, Frontier frontier, Clock clock) {
        return new PostgresTrust(transactions, frontier, clock);
    }

    @Bean
    RemovedIssuers removedIssuers(Transactions transactions, Clock clock) {
        return new RemovedIssuers(transactions, clock);
    }

    @Bean
    PostgresForks forks(
            Transactions transactions,
            NodeProperties properties,
            Frontier frontier,
            IssuerIdentity identity,
            Clock clock) {
        return new PostgresForks(transactions, new RunVerifier(properties.network()), frontier, identity.id(), clock);
    }

    @Bean
    RegistryMetrics registryMetrics(
            Publisher publisher,
            PostgresIntake intake,
            CredentialCache credentials,
            PostgresForks forks,
            CredentialFindings findings) {
        return new RegistryMetrics(publisher, intake, credentials, forks, findings);
    }

    @Bean
    PostgresEventLog eventLog(Transactions transactions, Frontier frontier, Admission admission) {
        return new PostgresEventLog(transactions, frontier, admission);
    }

    @Bean
    Registry registry(Transactions transactions, ObjectProvider<RegistryState> state, Admission admission) {
        return new Registry(transactions, known(state), admission.leastShown());
    }

    @Bean
    CredentialFindings credentialFindings(
            Transactions transactions, ObjectProvider<RegistryState> state, Admission admission) {
        return new CredentialFindings(transactions, known(state), admission.leastShown());
    }

    /** Without a network module, a node is by itself. The module knows the registry, and is asked for at the first need. */
    private static RegistryState known(ObjectProvider<RegistryState> state) {
        RegistryState.Snapshot isolated =
                new RegistryState.Snapshot(RegistryState.Completeness.ISOLATED, Optional.empty());
        Supplier<RegistryState> found = SingletonSupplier.of(() -> state.getIfAvailable(() -> () -> isolated));
        return () -> found.get().now();
    }

    @Bean
    RegistryDigest registryDigest(Transactions transactions) {
        return new RegistryDigest(transactions);
    }

    @Bean
    LookupMemory lookupMemory(LookupProperties properties) {
        return new LookupMemory(properties.memory().toBytes());
    }

    @Bean
    ChangeWatch changeWatch(
            Transactions transactions,
            Changes changes,
            LookupMemory lookups,
            CredentialCache credentials,
            Clock clock) {
        return new ChangeWatch(transactions, changes, new SoleInstance(clock, System::nanoTime), lookups, credentials);
    }

    @Bean
    CredentialCache credentialCache() {
        return new CredentialCache();
    }

    /** Without a network module there is nobody to ask. */
    @Bean
    Credentials credentials(
            Transactions transactions,
            Registry registry,
            IssuerIdentity identity,
            CredentialCache cache,
            ObjectProvider<ObjectSource> peers) {
        Supplier<ObjectSource> found =
                SingletonSupplier.of(() -> peers.getIfAvailable(() -> (digest, likely) -> Mono.empty()));
        return new Credentials(transactions, registry, identity.id(), cache, found);
    }

    @Bean
    ProfileCredentials profileCredentials(DatabaseClient database) {
        return new CredentialsById(database);
    }

    @Bean
    Lookups lookups(
            ChangeWatch watch,
            LookupMemory memory,
            Registry registry,
            AttestationsJson json,
            Clock clock,
            MeterRegistry meters) {
        return new Lookups(
                watch::catchUp, watch::isCaughtUp, memory, new AnswerReader(registry, json, clock), clock, meters);
    }

    @Bean
    LookupMetrics lookupMetrics(Lookups lookups, LookupMemory memory) {
        return new LookupMetrics(lookups, memory);
    }

    @Bean
    RegistryLifecycle registryLifecycle(
            FrontierRefresh frontier,
            GroupCommit commits,
            PostgresIntake intake,
            Changes changes,
            ChangeWatch watch,
            Lookups lookups,
            LogPeers logPeers) {
        return new RegistryLifecycle(frontier, commits, intake, changes, watch, lookups, logPeers);
    }

    @Bean
    LogPeers logPeers(Transactions transactions, IssuerIdentity identity, Clock clock) {
        return new LogPeers(transactions, identity.id(), clock);
    }

    @Bean
    Erasures erasures(Transactions transactions, IssuerIdentity identity) {
        return new Erasures(transactions, identity.id());
    }

    @Bean
    Changes changes(Transactions transactions, Admission admission) {
        return new Changes(transactions, admission.leastShown());
    }

    @Bean
    ChangeListener changeListener(Transactions transactions) {
        return new ChangeListener(transactions);
    }

    @Bean
    ChangeFeed changeFeed(Changes changes, ChangeListener listener) {
        return new ChangeFeed(changes, listener.ids(), Flux.interval(QUIET));
    }

    @Bean
    RegistryBackup registryBackup(Transactions transactions) {
        return new RegistryBackup(transactions);
    }

    @Bean
    ProfileBrowser profileBrowser(Transactions transactions, Admission admission) {
        return new ProfileBrowser(transactions, admission.leastShown());
    }
}
