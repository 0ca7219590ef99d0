package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Attestation.Status;
import dev.grapevine.node.registry.ProfileBrowser.Query;
import dev.grapevine.node.registry.ProfileBrowser.Select;
import dev.grapevine.node.trust.TrustLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a page costs does not grow with the table, also before PostgreSQL has analysed it. */
class BrowsePlansIT {

    private static final int PROFILES = 30_000;
    private static final int LIMIT = 50;

    /** Of the table and its indexes, 8 KiB each. All of the table's rows are on several times as many. */
    private static final int MAX_BLOCKS = 3_000;

    private static final IssuerId LARGE = issuer(101);
    private static final IssuerId SMALL = issuer(102);

    private static TestRegistry node;

    @BeforeAll
    static void fill() {
        node = TestRegistry.onNewDatabase(1);
        run("ALTER TABLE profiles SET (autovacuum_enabled = false)");
        run("ALTER TABLE events SET (autovacuum_enabled = false)");
        for (IssuerId issuer : List.of(LARGE, SMALL)) {
            run("INSERT INTO issuers (did, name, recovery_key_digest, current_key, head_sequence, head_hash,"
                    + " head_occurred_at, first_seen_at) VALUES ('" + issuer.did()
                    + "', 'Issuer', '', '', 1, '', now(), now())");
        }
        fill(LARGE, PROFILES, "substr(md5(s::text), 1, 12)");
        fill(SMALL, 10, "'zz' || s");
    }

    /** Every tenth profile is revoked, every fifth has expired, most others will. */
    private static void fill(IssuerId issuer, int profiles, String username) {
        String id = "(SELECT id FROM issuers WHERE did = '" + issuer.did() + "')";
        run("INSERT INTO events SELECT " + id + ", s, now(), true, decode(md5(s::text), 'hex'), '', null"
                + " FROM generate_series(1, " + profiles + ") s");
        run("INSERT INTO profiles (profile_id, issuer, published_sequence, version_sequence, published_at, valid_until,"
                + " revoked_sequence, commitment, username) SELECT gen_random_uuid(), " + id + ", s, s, now(),"
                + " CASE WHEN s % 5 = 0 THEN to_timestamp(0) WHEN s % 5 < 4 THEN timestamp '2100-01-01' END,"
                + " CASE WHEN s % 10 = 1 THEN s END, decode(repeat(md5(s::text), 2), 'hex'), " + username
                + " FROM generate_series(1, " + profiles + ") s");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @Test
    void ofAll() {
        staysSmall(Optional.empty(), Optional.empty());
    }

    @Test
    void ofASmallIssuer() {
        assertThat(blocks(new Query("", Optional.of(SMALL), Optional.empty()))).isLessThan(500);
        staysSmall(Optional.of(SMALL), Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void ofEachStatus(Status status) {
        staysSmall(Optional.empty(), Optional.of(status));
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void ofEachStatusAtALargeIssuer(Status status) {
        staysSmall(Optional.of(LARGE), Optional.of(status));
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void ofEachStatusAtASmallIssuer(Status status) {
        staysSmall(Optional.of(SMALL), Optional.of(status));
    }

    private static void staysSmall(Optional<IssuerId> issuer, Optional<Status> status) {
        assertThat(blocks(new Query("", issuer, status)))
                .as("blocks read for profiles of %s that are %s", issuer, status)
                .isLessThan(MAX_BLOCKS);
    }

    private static int blocks(Query query) {
        Select select = ProfileBrowser.select(query, Optional.empty(), LIMIT, node.clock.now, TrustLevel.KNOWN);
        Select explained = new Select("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + select.sql(), select.values());
        String json = await(node.transactions.inTransaction(connection -> Flux.from(
                        connection.createStatement(ProfileBrowser.SETTINGS).execute())
                .flatMap(result -> result.getRowsUpdated())
                .thenMany(Flux.from(explained.on(connection).execute())
                        .concatMap(result -> result.map(row -> Rows.required(row, "QUERY PLAN", String.class))))
                .single()));
        JsonNode plan = JsonMapper.shared().readTree(json).path(0).path("Plan");
        return plan.path("Shared Hit Blocks").asInt()
                + plan.path("Shared Read Blocks").asInt();
    }

    private static void run(String sql) {
        await(node.transactions.inTransaction(
                connection -> Flux.from(connection.createStatement(sql).execute())
                        .flatMap(result -> result.getRowsUpdated())
                        .then()));
    }

    private static IssuerId issuer(int seed) {
        return new IssuerId(IssuerLogFixture.privateKey(seed).publicKey());
    }
}
