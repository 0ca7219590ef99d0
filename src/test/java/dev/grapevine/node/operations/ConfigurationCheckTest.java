package dev.grapevine.node.operations;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What a node says to settings that there are not, and to values that they cannot have. */
class ConfigurationCheckTest {

    private static final Settings SETTINGS = Settings.read();

    @ParameterizedTest
    @CsvSource({
        "grapevine.db.ulr, grapevine.db.url",
        "grapevine.dataDirr, grapevine.data-dir",
        "grapevine.isuer.name, grapevine.issuer.name",
        "grapevine.p2p.bootstraps, grapevine.p2p.bootstrap"
    })
    void aMistypedSettingIsNamedWithTheRightOne(String wrong, String right) {
        assertRefused(Map.of(wrong, "x"), Map.of())
                .hasMessage(wrong + " is not a setting; did you mean " + right + "?");
    }

    @ParameterizedTest
    @CsvSource({"GRAPEVINE_DB_ULR, GRAPEVINE_DB_URL", "GRAPEVINE_APIKEYS, GRAPEVINE_API_KEY"})
    void aMistypedVariableIsNamedWithTheRightOne(String wrong, String right) {
        assertRefused(Map.of(), Map.of(wrong, "x"))
                .hasMessage(wrong + " is not a setting; did you mean " + right + "?");
    }

    @Test
    void whatResemblesNothingIsNamedAlone() {
        assertRefused(Map.of("grapevine.colour-of-the-sky", "blue"), Map.of())
                .hasMessage("grapevine.colour-of-the-sky is not a setting.");
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertRefused(
                        Map.of("grapevine.db.ulr", "x", "server.port", "99999"),
                        Map.of("GRAPEVINE_DB_START_TIMEOUT", "abc"))
                .hasMessageContainingAll("grapevine.db.ulr", "server.port", "grapevine.db.start-timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GRAPEVINE_DB_STARTTIMEOUT", // Spring Boot's own form
                "GRAPEVINE_DB_START_TIMEOUT"
            })
    void anyFormOfAVariableThatSpringBootTakesIsRight(String variable) {
        assertAccepted(Map.of(), Map.of(variable, "5s"));
    }

    @Test
    void partsOfListsAndForeignVariablesAreRight() {
        assertAccepted(
                Map.of("grapevine.p2p.bootstrap[0]", "/ip4/127.0.0.1/udp/4001/quic-v1", "grapevine.dataDir", "d"),
                Map.of(
                        "GRAPEVINE_JAVA_OPTS", "-Xmx1g",
                        "GRAPEVINE_P2P_LISTEN_0", "/ip4/127.0.0.1/udp/4001/quic-v1",
                        "GRAPEVINE_PORT", "tcp://10.0.0.7:8080", // Kubernetes
                        "GRAPEVINE_SERVICE_PORT_HTTP", "8080",
                        "GRAPEVINE_PORT_8080_TCP_ADDR", "10.0.0.7",
                        "GRAPES", "5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grapevine.db.start-timeout | abc | grapevine.db.start-timeout cannot be 'abc': it is a duration such as",
                "server.port | 99999 | server.port cannot be '99999': it is a port from 0 to 65535, where 0 is any",
                "management.server.port | -2 | management.server.port cannot be '-2': it is a port from 0 to 65535, or -1",
                "grapevine.p2p.listen | /ip4/300.0.0.1/udp/4001 | grapevine.p2p.listen cannot be '/ip4/300.0.0.1/udp/4001'",
                "grapevine.p2p.bootstrap | node2:4001 | such as /dns4/node.example.org/udp/4001/quic-v1"
            })
    void aValueThatCannotBeIsNamedWithWhatCan(String name, String value, String message) {
        assertRefused(Map.of(name, value), Map.of()).hasMessageContaining(message);
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(
            Map<String, Object> properties, Map<String, Object> variables) {
        return assertThatThrownBy(() -> check(properties, variables)).isInstanceOf(StartProblem.class);
    }

    private static void assertAccepted(Map<String, Object> properties, Map<String, Object> variables) {
        assertThatCode(() -> check(properties, variables)).doesNotThrowAnyException();
    }

    private static void check(Map<String, Object> properties, Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        ConfigurationCheck.check(environment, SETTINGS);
    }
}
