package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://ada:s3cret@db.example:5433/registry",
                "postgres://ada:s3cret@db.example:5433/registry",
                "jdbc:postgresql://db.example:5433/registry?user=ada&password=s3cret",
                "r2dbc:postgresql://ada:s3cret@db.example:5433/registry"
            })
    void readsEverySpelling(String text) {
        assertThat(parse(text))
                .isEqualTo(new DatabaseUrl("db.example", 5433, "registry", "ada", "s3cret", "prefer", null));
    }

    @Test
    void fillsInPortAndDatabase() {
        assertThat(parse("postgresql://ada@db"))
                .isEqualTo(new DatabaseUrl("db", 5432, "ada", "ada", "", "prefer", null));
    }

    @Test
    void decodesSpecialCharactersOfThePassword() {
        assertThat(parse("postgresql://ada:p%40ss%2Fw+rd@db/registry").password())
                .isEqualTo("p@ss/w+rd");
    }

    @Test
    void prefersUserAndPasswordThatAreGivenApart() {
        DatabaseUrl url = DatabaseUrl.parse("GRAPEVINE_DB_URL", "postgresql://ada:s3cret@db/registry", "eve", "other");

        assertThat(url.username()).isEqualTo("eve");
        assertThat(url.password()).isEqualTo("other");
    }

    @Test
    void tellsBothDriversAboutTls() {
        DatabaseUrl url = parse("postgresql://ada@[::1]/registry?sslmode=verify-full&sslrootcert=/etc/ca.pem");

        assertThat(url.jdbcUrl())
                .startsWith("jdbc:postgresql://[::1]:5432/registry?sslmode=verify-full")
                .contains("sslrootcert=%2Fetc%2Fca.pem");
        assertThat(url.r2dbcOptions(Duration.ofSeconds(1), new UUID(0, 1)).getValue(ConnectionFactoryOptions.HOST))
                .isEqualTo("::1");
        assertThat(url.r2dbcOptions(Duration.ofSeconds(1), new UUID(0, 1)).getValue(Option.valueOf("sslMode")))
                .isEqualTo("verify-full");
        assertThat(url.r2dbcOptions(Duration.ofSeconds(1), new UUID(0, 1)).getValue(Option.valueOf("sslRootCert")))
                .isEqualTo("/etc/ca.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require"})
    void givesOptionsThatTheDriverTakes(String sslMode) {
        DatabaseUrl url = parse("postgresql://ada@db/registry?sslmode=" + sslMode);

        assertThat(ConnectionFactories.get(url.r2dbcOptions(Duration.ofSeconds(1), new UUID(0, 1)))
                        .getMetadata()
                        .getName())
                .isEqualTo("PostgreSQL");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://ada:s3cret@db/registry",
                "postgresql://ada:s3cret#@db/registry",
                "postgresql://ada:s3cret@one,two/registry",
                "postgresql://ada:s3cret@db/registry?options=-cfsync=off",
                "postgresql://ada:s3cret@db/registry?sslmode=maybe",
                "postgresql://ada:s3cret@db/registry?sslmode",
                "postgresql://ada:s3cret@db/registry/extra",
                "postgresql://db/registry?password=s3cret",
                "ada:s3cret@db"
            })
    void refusesAnythingElseWithoutRepeatingThePassword(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(StartProblem.class)
                .hasMessageStartingWith("GRAPEVINE_DB_URL ")
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void showsNoPassword() {
        DatabaseUrl url = parse("postgresql://ada:s3cret@db/registry");

        assertThat(url.toString()).isEqualTo("db:5432/registry");
        assertThat(url.jdbcUrl()).doesNotContain("s3cret");
    }

    private static DatabaseUrl parse(String text) {
        return DatabaseUrl.parse("GRAPEVINE_DB_URL", text, null, null);
    }
}
