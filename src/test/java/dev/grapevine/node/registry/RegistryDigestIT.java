package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.RegistryDigest.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.BadSqlGrammarException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The digest is the same where the logs and bodies are, and another where anything differs. */
class RegistryDigestIT {

    private static final int LOGS = 3;

    private final TestRegistry one = TestRegistry.onNewDatabase(1);
    private final TestRegistry other = TestRegistry.onNewDatabase(2);
    private final List<IssuerLogFixture> logs = new ArrayList<>();
    private long events;

    @BeforeEach
    void writeLogs() {
        for (int i = 0; i < LOGS; i++) {
            IssuerLogFixture log = new IssuerLogFixture(70 + i);
            log.describe("University " + i);
            UUID updated = log.publish("updated");
            UUID revoked = log.publish("revoked");
            UUID erased = log.publish("erased");
            log.update(updated, "updated", "Newer name");
            log.revoke(revoked);
            log.erase(erased);
            logs.add(log);
            events += log.entries.size();
        }
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
    }

    @Test
    void whateverCameFirstItIsTheSame() {
        logs.forEach(log -> one.pull(log.entries));
        logs.reversed().forEach(log -> log.entries.forEach(entry -> other.gossip(List.of(entry))));

        await().atMost(TestRegistry.PATIENCE).until(() -> digest(other).equals(digest(one)));
        assertThat(digest(one)).satisfies(digest -> {
            assertThat(digest.issuerCount()).isEqualTo(LOGS);
            assertThat(digest.events()).isEqualTo(events);
            assertThat(digest.profileCount()).isEqualTo(3 * LOGS);
            assertThat(digest.bodies()).isEqualTo(2 * LOGS);
        });
    }

    @Test
    void theHashIsThatOverTheRecordsInTheOrderOfTheIssuers() {
        one.pull(logs.getFirst().entries.subList(0, 1));
        IssuerRow row = TestRegistry.await(one.transactions
                .read(connection -> IssuerRow.all(connection, 10))
                .next());
        Hash frontier = Hash.of(DigestRecord.issuer(row, row.head().orElseThrow()));

        Result digest = digest(one);

        assertThat(digest.frontier()).isEqualTo(frontier);
        assertThat(digest.profiles()).isEqualTo(Hash.of());
        assertThat(digest.digest())
                .isEqualTo(Hash.of(frontier.bytes(), Hash.of().bytes()));
    }

    @Test
    void anEventLessIsAnotherFrontier() {
        logs.forEach(log -> one.pull(log.entries));
        logs.forEach(log -> other.pull(log == logs.get(1) ? log.entries(0, log.entries.size() - 1) : log.entries));

        assertThat(digest(other).frontier()).isNotEqualTo(digest(one).frontier());
        assertThat(digest(other).digest()).isNotEqualTo(digest(one).digest());
        assertThat(digest(other).events()).isEqualTo(events - 1);
    }

    @Test
    void aBodyLessIsAnotherDigestOfTheProfiles() {
        logs.forEach(log -> one.pull(log.entries));
        logs.forEach(log -> other.pull(log.entries.stream()
                .map(entry -> entry.event().sequence() == 4 ? new LogEntry(entry.event(), Optional.empty()) : entry)
                .toList()));

        assertThat(digest(other).frontier()).isEqualTo(digest(one).frontier());
        assertThat(digest(other).profiles()).isNotEqualTo(digest(one).profiles());
        assertThat(digest(other).bodies()).isEqualTo(LOGS);
    }

    @Test
    void aRowThatIsNotWhatTheLogSaysIsSeen() {
        logs.forEach(log -> one.pull(log.entries));
        Result before = digest(one);
        execute("UPDATE profiles SET body = body || ' ' WHERE version_sequence = 4");
        Result spoilt = digest(one);
        execute("UPDATE profiles SET body = NULL, salt = NULL WHERE version_sequence = 4");
        Result without = digest(one);
        execute("DELETE FROM profiles WHERE erased_sequence IS NOT NULL");
        Result resurrected = digest(one);

        assertThat(List.of(before.profiles(), spoilt.profiles(), without.profiles(), resurrected.profiles()))
                .doesNotHaveDuplicates();
        assertThat(resurrected.frontier()).isEqualTo(before.frontier());
    }

    @Test
    void whenAndFromWhomSomethingCameIsNoPartOfIt() {
        logs.forEach(log -> one.pull(log.entries));
        Result before = digest(one);
        execute("UPDATE issuers SET first_seen_at = now() - interval '1 day'");
        execute("UPDATE events SET received_at = now() - interval '1 day', received_from = NULL");

        assertThat(digest(one)).isEqualTo(before);
    }

    @Test
    void whoeverAsksWhileOneIsMadeSharesTheNext() {
        RegistryDigest digest = new RegistryDigest(one.transactions);
        CompletableFuture<Void> lock = new CompletableFuture<>();
        CompletableFuture<Boolean> unlocked = one.transactions
                .inTransaction(connection -> Flux.from(connection
                                .createStatement("LOCK TABLE profiles")
                                .execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then(Mono.fromFuture(lock).thenReturn(true)))
                .toFuture();
        await().until(() -> one.count("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'") == 1);
        CompletableFuture<Result> first = digest.compute().toFuture();
        execute("UPDATE issuers SET name = 'Changed meanwhile'");
        CompletableFuture<Result> second = digest.compute().toFuture();
        CompletableFuture<Result> third = digest.compute().toFuture();
        lock.complete(null);

        assertThat(unlocked).succeedsWithin(TestRegistry.PATIENCE);
        assertThat(first).succeedsWithin(TestRegistry.PATIENCE);
        assertThat(second).succeedsWithin(TestRegistry.PATIENCE).isEqualTo(digest(one));
        assertThat(third.join()).isSameAs(second.join());
        assertThat(TestRegistry.await(digest.compute())).isEqualTo(digest(one)).isNotSameAs(second.join());
    }

    @Test
    void whatFailsOrIsGivenUpMakesRoomForTheNext() {
        RegistryDigest digest = new RegistryDigest(one.transactions);
        digest.compute().subscribe().dispose();
        assertThat(TestRegistry.await(digest.compute())).isEqualTo(digest(one));

        execute("ALTER TABLE profiles RENAME TO elsewhere");
        assertThatThrownBy(() -> TestRegistry.await(digest.compute())).isInstanceOf(BadSqlGrammarException.class);
        execute("ALTER TABLE elsewhere RENAME TO profiles");
        assertThat(TestRegistry.await(digest.compute())).isEqualTo(digest(one));
    }

    private static Result digest(TestRegistry registry) {
        return TestRegistry.await(new RegistryDigest(registry.transactions).compute());
    }

    private void execute(String sql) {
        TestRegistry.await(one.transactions
                .read(connection ->
                        Flux.from(connection.createStatement(sql).execute()).flatMap(result -> result.getRowsUpdated()))
                .then());
    }
}
