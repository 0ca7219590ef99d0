package dev.grapevine.node.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.storage.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.r2dbc.core.DatabaseClient;

/** Status lists come back with what was set, and give out nothing any more. */
class OtherRowsIT {

    private final DatabaseClient old = database();
    private final DatabaseClient fresh = database();

    private static DatabaseClient database() {
        return DatabaseClient.create(ConnectionFactories.get("r2dbc:" + TestPostgres.newMigratedDatabase()));
    }

    private void restoreInto(DatabaseClient database) {
        OtherRows rows = new OtherRows(database);
        List<BackupFrame.Row> backup =
                Objects.requireNonNull(new OtherRows(old).read().collectList().block());
        backup.forEach(row ->
                rows.restore(row.table(), List.of(row.json()), Instant.EPOCH).block());
    }

    private static List<String> rows(DatabaseClient database, String query) {
        return Objects.requireNonNull(database.sql(query)
                .map(row -> Objects.requireNonNull(row.get(0, String.class)))
                .all()
                .collectList()
                .block());
    }

    @Test
    void aListComesBackClosedWithWhatIsSet() {
        run(
                old,
                "INSERT INTO status_lists (id, shuffle, taken, version, created_at)"
                        + " VALUES ('00000000-0000-0000-0000-000000000001', '\\x0102', 256, 3, now())");
        run(old, "INSERT INTO status_set VALUES ('00000000-0000-0000-0000-000000000001', 'revocation', 42)");

        restoreInto(fresh);
        restoreInto(fresh);

        assertThat(rows(
                        fresh,
                        "SELECT concat_ws(' ', encode(shuffle, 'hex'), taken, closed, version) FROM status_lists"))
                .containsExactly("0102 256 t 3");
        assertThat(rows(fresh, "SELECT concat_ws(' ', purpose, index) FROM status_set"))
                .containsExactly("revocation 42");
    }

    /** The database is newer than its backup: a suspension that was lifted since stays lifted. */
    @Test
    void whatADatabaseKnowsItselfStays() {
        run(
                old,
                "INSERT INTO status_lists (id, shuffle, created_at)"
                        + " VALUES ('00000000-0000-0000-0000-000000000001', '\\x0102', now())");
        run(old, "INSERT INTO status_set VALUES ('00000000-0000-0000-0000-000000000001', 'suspension', 42)");
        List<String> before = rows(old, "SELECT id::text FROM status_lists WHERE NOT closed");
        List<BackupFrame.Row> backup =
                Objects.requireNonNull(new OtherRows(old).read().collectList().block());
        run(old, "DELETE FROM status_set");

        backup.forEach(row -> new OtherRows(old)
                .restore(row.table(), List.of(row.json()), Instant.EPOCH)
                .block());

        assertThat(rows(old, "SELECT purpose FROM status_set")).isEmpty();
        assertThat(rows(old, "SELECT id::text FROM status_lists WHERE NOT closed"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "audit | {\"at\":\"2026-05-01T10:00:00Z\",",
                "audit | {\"at\":\"tomorrow\"}",
                "api_key | {}",
                "status_lists | {\"id\":\"00000000-0000-0000-0000-000000000001\",\"taken\":1e30}"
            })
    void whatIsNoRowIsDamage(String table, String json) {
        assertThatThrownBy(() -> new OtherRows(fresh)
                        .restore(table, List.of(json), Instant.parse("9999-12-31T00:00:00Z"))
                        .block())
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no row of the table " + table);
    }

    private static void run(DatabaseClient database, String statement) {
        database.sql(statement).then().block();
    }
}
