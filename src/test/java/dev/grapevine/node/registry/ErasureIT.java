package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.registry.Answer.ProfileKey;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.storage.DatabaseText;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.node.trust.TrustLevel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An erased person is in no table of any node, and nothing brings them back. */
class ErasureIT {

    private static final String USERNAME = "vanishing-vera";
    private static final String NAME = "Vera Verschwindibus";
    private static final String OTHER_NAME = "Vera Wirdanders";

    /** Of the person's data, wherever it may stand. */
    private static final List<String> PERSONAL = List.of(USERNAME, NAME, OTHER_NAME, "Verschwindibus", "Wirdanders");

    private TestRegistry issuer = TestRegistry.onNewDatabase(1);
    private TestRegistry follower = TestRegistry.onNewDatabase(2);
    private UUID vera;
    private List<LogEntry> before;

    @BeforeEach
    void publishVera() {
        issuer.start();
        issuer.publish("staying-steve");
        await(issuer.publisher.publish(person(NAME), TestRegistry.CLERK, once(1)));
        await(issuer.publisher.update(person(OTHER_NAME), TestRegistry.CLERK, once(2)));
        vera = issuer.lookup(USERNAME).getFirst().profileId();
        before = issuer.range(issuer.identity.id(), 0);
        follower.pull(before);
        assertThat(DatabaseText.of(issuer.url).tablesWith(USERNAME, OTHER_NAME))
                .contains("profiles", "credentials", "idempotency");
        assertThat(DatabaseText.of(follower.url).tablesWith(USERNAME, OTHER_NAME))
                .contains("profiles");
    }

    @AfterEach
    void close() {
        issuer.close();
        follower.close();
    }

    @Test
    void nothingOfThePersonIsLeftInAnyTableOfTheIssuer() {
        issuer.erase(USERNAME);
        assertGone(issuer);
        assertThat(issuer.lookup("staying-steve")).hasSize(1);
    }

    @Test
    void norOfSomebodyWhoWasRevokedAndPublishedAgain() {
        await(issuer.publisher.revoke(USERNAME, Optional.of("left"), TestRegistry.CLERK, once(3)));
        await(issuer.publisher.publish(person(NAME), TestRegistry.CLERK, once(4)));
        issuer.erase(USERNAME);
        assertGone(issuer);
        assertThat(issuer.count("SELECT count(*) FROM profiles WHERE erased_sequence IS NOT NULL"))
                .isEqualTo(2);
        assertThat(issuer.count("SELECT count(*) FROM profiles WHERE revocation_reason IS NOT NULL"))
                .isZero();
    }

    @Test
    void nothingIsLeftOnANodeThatHearsOfItByGossip() {
        issuer.erase(USERNAME);
        assertThat(follower.gossip(after(before)).kind()).isEqualTo(Verdict.Kind.ACCEPT);
        Awaitility.await()
                .atMost(TestRegistry.PATIENCE)
                .until(() -> follower.lookup(USERNAME).isEmpty());
        assertGone(follower);
    }

    @Test
    void nothingIsLeftOnANodeThatPullsIt() {
        issuer.erase(USERNAME);
        follower.pull(after(before));
        assertGone(follower);
    }

    @Test
    void theTombstoneWinsOverEveryWayInWhichABodyComes() {
        issuer.erase(USERNAME);
        follower.pull(after(before));
        LogEntry published = before.get(2);
        LogEntry updated = before.get(3);
        assertThat(updated.opening()).isPresent();

        assertThat(follower.gossip(List.of(updated)).kind()).isEqualTo(Verdict.Kind.IGNORE);
        assertThat(follower.gossip(before).kind()).isEqualTo(Verdict.Kind.IGNORE);
        assertThat(follower.pull(before)).isInstanceOf(Pulled.Applied.class);
        assertThat(follower.pull(List.of(published, updated))).isInstanceOf(Pulled.Applied.class);
        assertThat(await(follower.intake.bodies(List.of(body(updated))))).isZero();
        assertGone(follower);
    }

    @Test
    void aNodeThatHearsOfThePersonAndOfTheErasureTogetherNeverHasThem() {
        issuer.erase(USERNAME);
        try (TestRegistry late = TestRegistry.onNewDatabase(3)) {
            late.pull(before);
            late.pull(after(before));
            assertGone(late);
        }
        try (TestRegistry late = TestRegistry.onNewDatabase(3)) {
            late.gossip(after(before));
            late.gossip(before);
            Awaitility.await()
                    .atMost(TestRegistry.PATIENCE)
                    .until(() -> late.count("SELECT count(*) FROM events") == before.size() + 1);
            assertGone(late);
        }
    }

    @Test
    void nothingIsServedToOthersAnyMore() {
        byte[] credential = credential();
        issuer.erase(USERNAME);
        assertThat(issuer.range(issuer.identity.id(), 0))
                .filteredOn(entry -> entry.opening().isPresent())
                .hasSize(1);
        assertThat(await(issuer.log.body(issuer.identity.id(), vera))).isNull();
        Credentials credentials = new Credentials(
                issuer.transactions,
                issuer.registry,
                issuer.identity.id(),
                new CredentialCache(),
                () -> (digest, likely) -> Mono.empty());
        assertThat(await(credentials.object(Hash.of(credential)))).isNull();
    }

    @Test
    void anOlderDatabaseThatCatchesUpErasesToo() {
        follower.close();
        String old = TestPostgres.copyOf(follower.url);
        issuer.erase(USERNAME);
        follower = new TestRegistry(old, 2, connections -> connections).start();
        assertThat(follower.lookup(USERNAME)).hasSize(1);
        follower.pull(issuer.range(issuer.identity.id(), 0));
        assertGone(follower);
    }

    @Test
    void soDoesAnOlderDatabaseOfTheIssuerItself() {
        issuer.close();
        String old = TestPostgres.copyOf(issuer.url);
        issuer = new TestRegistry(issuer.url, 1, connections -> connections).start();
        issuer.erase(USERNAME);
        List<LogEntry> whole = issuer.range(issuer.identity.id(), 0);
        try (TestRegistry restored = new TestRegistry(old, 1, connections -> connections)) {
            new FrontierRefresh(restored.transactions, restored.frontier)
                    .refresh()
                    .block(TestRegistry.PATIENCE);
            assertThat(DatabaseText.of(restored.url).tablesWith(USERNAME)).contains("credentials", "idempotency");
            restored.pull(whole);
            assertGone(restored);
            assertThat(restored.digest()).isEqualTo(issuer.digest());
        }
    }

    @Test
    void whatIsRememberedOfLookupsIsForgottenThoughNobodyLooksUp() {
        LookupMemory memory = new LookupMemory(1_000_000);
        CredentialCache cache = new CredentialCache();
        Attestation attestation = follower.lookup(USERNAME).getFirst();
        ChangeWatch watch = new ChangeWatch(
                follower.transactions,
                new Changes(follower.transactions, TrustLevel.KNOWN),
                new SoleInstance(follower.clock, System::nanoTime),
                memory,
                cache);
        Lookups lookups = new Lookups(
                watch::catchUp,
                watch::isCaughtUp,
                memory,
                new AnswerReader(follower.registry, (found, now) -> new byte[] {'[', ']'}, follower.clock),
                follower.clock,
                new SimpleMeterRegistry());
        await(lookups.find(USERNAME));
        cache.keep(new ProfileKey(attestation.issuer(), vera), Hash.of(new byte[0]), new byte[10]);
        assertThat(memory.size()).isOne();

        issuer.erase(USERNAME);
        follower.pull(after(before));
        lookups.forgetChanged().block(TestRegistry.PATIENCE);
        assertThat(memory.size()).isZero();
        assertThat(cache.size()).isZero();
        watch.close().block(TestRegistry.PATIENCE);
    }

    @Test
    void whatWaitsForEventsBeforeItWaitsForTenMinutesAtTheMost() {
        issuer.publish("after-vera");
        issuer.publish("behind-a-gap");
        List<LogEntry> more = after(before);
        follower.pull(more.subList(1, 2));
        assertThat(follower.intake.queue().asideBytes()).isPositive();
        follower.clock.now = follower.clock.now.plus(Aside.MAX_AGE);
        follower.intake.queue().expire();
        assertThat(follower.intake.queue().asideBytes()).isPositive();
        follower.clock.now = follower.clock.now.plusMillis(1);
        follower.intake.queue().expire();
        assertThat(follower.intake.queue().asideBytes()).isZero();
    }

    private static ProfileRequest person(String displayName) {
        return TestRegistry.person(USERNAME, displayName, Visibility.PUBLIC);
    }

    private static Optional<Once> once(int number) {
        Hash key = Hash.of(new byte[] {(byte) number});
        return Optional.of(new Once(
                key, key, done -> new Once.Answer(200, Optional.of("/api/v1/profiles/" + USERNAME), utf8(OTHER_NAME))));
    }

    private byte[] credential() {
        return await(issuer.transactions
                .read(connection -> Flux.from(connection
                                .createStatement("SELECT json FROM credentials WHERE profile_id = $1")
                                .bind("$1", vera)
                                .execute())
                        .concatMap(result -> result.map(row -> Rows.required(row, "json", byte[].class))))
                .next());
    }

    /** What the issuer has appended since. */
    private List<LogEntry> after(List<LogEntry> entries) {
        return issuer.range(issuer.identity.id(), entries.size());
    }

    private ArrivedBody body(LogEntry entry) {
        return new ArrivedBody(issuer.identity.id(), vera, entry.opening().orElseThrow());
    }

    private static void assertGone(TestRegistry node) {
        assertThat(node.lookup(USERNAME)).isEmpty();
        assertThat(DatabaseText.of(node.url).tablesWith(PERSONAL.toArray(String[]::new)))
                .isEmpty();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T await(Mono<T> mono) {
        return TestRegistry.await(mono);
    }
}
