package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.RunVerifier;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.node.tracing.Spans;
import dev.grapevine.node.trust.Admission;
import dev.grapevine.node.trust.Trust;
import dev.grapevine.node.trust.TrustFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** The registry of one instance, without Spring: on a database of its own, or on another instance's. */
final class TestRegistry implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final PeerId PEER = PeerId.of(IssuerLogFixture.privateKey(4711).publicKey());

    /** Who publishes in tests. */
    static final Actor CLERK = new Actor("key:clerk");

    final String url;
    volatile Duration clockAhead = Duration.ZERO;
    final MovableClock clock = new MovableClock();
    final ConnectionPool pool;
    final Transactions transactions;
    final Frontier frontier = new Frontier();
    final PostgresTrust trustStore;
    final Trust trust;
    final Admission admission;
    final IssuerIdentity identity;
    final MemoryKeys keys;
    final GroupCommit commits;
    final Publisher publisher;
    final PostgresIntake intake;
    final PostgresForks forks;
    final KeyRecovery recovery;
    final PostgresEventLog log;
    final Registry registry;
    final CredentialFindings findings;
    final LogPeers logPeers;
    final Erasures erasures;
    private final Scheduler threads = Schedulers.newParallel("test-registry", 2, true);

    /** A clock that stands still until a test moves it. */
    static final class MovableClock extends Clock {
        volatile Instant now = Instant.ofEpochMilli(IssuerLogFixture.NOON);

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }

    static TestRegistry onNewDatabase(int seed) {
        return new TestRegistry(TestPostgres.newDatabase(), seed, connections -> connections);
    }

    /** @param admission makes it of what is said of issuers */
    static TestRegistry admitting(String url, int seed, Function<Trust, Admission> admission) {
        return new TestRegistry(url, seed, connections -> connections, admission);
    }

    TestRegistry(String url, int seed, UnaryOperator<ConnectionFactory> around) {
        this(url, seed, around, TrustFixture::open);
    }

    private TestRegistry(
            String url, int seed, UnaryOperator<ConnectionFactory> around, Function<Trust, Admission> admitting) {
        this.url = url;
        TestPostgres.migrate(url);
        ConnectionFactory server = around.apply(ConnectionFactories.get(
                "r2dbc:" + url + "?forceBinary=true&options=grapevine.instance%3D" + UUID.randomUUID()));
        pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(server).maxSize(4).build());
        transactions = new Transactions(pool);
        trustStore = new PostgresTrust(transactions, frontier, clock);
        trust = TrustFixture.trust(trustStore);
        admission = admitting.apply(trust);
        PrivateKey key = IssuerLogFixture.privateKey(seed);
        identity = new IssuerIdentity(
                new IssuerId(key.publicKey()),
                "Issuer " + seed,
                null,
                IssuerLogFixture.privateKey(-seed).publicKey());
        SecureRandom random = new SecureRandom();
        keys = new MemoryKeys(key);
        OwnLogWriter own = new OwnLogWriter(identity, keys, IssuerLogFixture.NETWORK, random, false);
        commits = new GroupCommit(transactions, own, frontier, clock, threads, Spans.off());
        publisher = new Publisher(
                commits,
                new KeyRotations(transactions, own, keys, frontier, clock, threads),
                new CredentialIssuer(identity, keys, random),
                StatusPlaces.NONE,
                clock,
                random,
                threads,
                Spans.off(),
                () -> Optional.of(clockAhead),
                Mono.empty(),
                new SimpleMeterRegistry());
        RunVerifier verifier = new RunVerifier(IssuerLogFixture.NETWORK);
        forks = new PostgresForks(transactions, verifier, frontier, identity.id(), clock);
        recovery = new KeyRecovery(transactions, own, keys, forks, IssuerLogFixture.NETWORK, clock, threads);
        intake = new PostgresIntake(transactions, verifier, frontier, forks, clock, threads, Spans.off(), admission);
        log = new PostgresEventLog(transactions, frontier, admission);
        RegistryState alone = () -> new RegistryState.Snapshot(RegistryState.Completeness.ISOLATED, Optional.empty());
        registry = new Registry(transactions, alone, admission.leastShown());
        findings = new CredentialFindings(transactions, alone, admission.leastShown());
        logPeers = new LogPeers(transactions, identity.id(), clock);
        erasures = new Erasures(transactions, identity.id());
    }

    TestRegistry start() {
        new FrontierRefresh(transactions, frontier)
                .refresh()
                .then(commits.describe(entries -> {}))
                .block(PATIENCE);
        return this;
    }

    static ProfileRequest person(String username, String displayName) {
        return person(username, displayName, Visibility.PRIVATE);
    }

    static ProfileRequest person(String username, String displayName, Visibility visibility) {
        var json = JsonMapper.shared();
        return new ProfileRequest(
                username,
                displayName,
                Optional.empty(),
                json.createObjectNode().put("birthYear", 1815),
                json.createObjectNode().put("degree", "BSc"),
                List.of(),
                visibility,
                Optional.empty());
    }

    PublishOutcome publish(String username) {
        return await(publisher.publish(person(username, "Person " + username), CLERK, Optional.empty()));
    }

    /** @return the erased profile's id, of those that had the username that which was erased last */
    UUID erase(String username) {
        PublishOutcome outcome = await(publisher.erase(username, CLERK, Optional.empty()));
        return ((PublishOutcome.Done) outcome).profileId();
    }

    Verdict gossip(List<LogEntry> entries) {
        return await(intake.gossip(new ProfileMessage(entries).encode(), PEER));
    }

    Intake.Pulled pull(List<LogEntry> entries) {
        return await(intake.pulled(entries, PEER));
    }

    List<Attestation> lookup(String username) {
        return await(registry.lookup(List.of(username))).getOrDefault(username, List.of());
    }

    List<LogEntry> range(IssuerId issuer, long from) {
        return await(log.range(issuer, from, 1024 * 1024));
    }

    /** Everything that the registry shows, and nothing of when or from whom it came. */
    String digest() {
        return await(transactions
                .read(connection -> Flux.from(connection
                                .createStatement(
                                        "SELECT md5(COALESCE(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest FROM"
                                                + " (SELECT i.did, i.name, i.head_sequence, i.head_hash, p.profile_id,"
                                                + " p.published_sequence, p.version_sequence, p.valid_until,"
                                                + " p.revoked_sequence, p.erased_sequence, p.commitment, p.username, p.salt,"
                                                + " p.body FROM issuers i LEFT JOIN profiles p ON p.issuer = i.id) t")
                                .execute())
                        .concatMap(result -> result.map(row -> Rows.required(row, "digest", String.class))))
                .next());
    }

    long count(String query) {
        return await(transactions
                .read(connection -> Flux.from(connection.createStatement(query).execute())
                        .concatMap(result -> result.map(row -> row.get(0, Long.class))))
                .next());
    }

    /** Does something to the database that no node does. */
    void run(String statement) {
        await(transactions.inTransaction(
                connection -> Flux.from(connection.createStatement(statement).execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then()));
    }

    /** Waits until somebody holds this issuer's log. */
    void awaitLocked() {
        Awaitility.await()
                .until(() -> count("SELECT count(*) FROM (SELECT id FROM issuers FOR UPDATE SKIP LOCKED) free") == 0);
    }

    static <T> T await(Mono<T> mono) {
        return mono.block(PATIENCE);
    }

    @Override
    public void close() {
        pool.disposeLater().block(PATIENCE);
        threads.dispose();
    }
}
