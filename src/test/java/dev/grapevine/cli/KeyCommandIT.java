package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The command against a real API with its database. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "grapevine.api-key=" + KeyCommandIT.KEY)
@OneAtATime
class KeyCommandIT {

    static final String KEY = "correct-horse-battery-staple";

    @LocalServerPort
    private int port;

    private StringWriter out;
    private StringWriter err;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
    }

    @BeforeEach
    void forgetOutput() {
        out = new StringWriter();
        err = new StringWriter();
    }

    @Test
    void aKeyIsMadeListedAndRevoked() {
        assertThat(run("add", "--role=issuer,operator", "--name=enrolment office", "--expires=90d"))
                .isZero();
        String secret = out.toString().strip();
        assertThat(secret).matches("gv_[A-Za-z0-9_-]{43}");
        assertThat(err.toString()).containsPattern("Key [0-9a-f]{12} \\(issuer,operator\\), which expires at 2");
        String id = err.toString().replaceAll("(?s)Key (\\S+) .*", "$1");

        forgetOutput();
        assertThat(as(secret, "list")).isZero();
        assertThat(out.toString())
                .containsPattern("configured +valid +reader,issuer,operator +never")
                .containsPattern(id + " +valid +issuer,operator +2\\S+Z +- +enrolment office")
                .doesNotContain(secret);

        forgetOutput();
        assertThat(as(secret, "revoke", id)).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("revoked " + id);

        forgetOutput();
        assertThat(as(secret, "list")).isEqualTo(1);
        assertThat(err.toString())
                .contains("the node refuses: The API key " + id + " was revoked at")
                .contains("(HTTP 401)");
    }

    @Test
    void whatTheNodeRefusesIsPassedOn() {
        assertThat(run("add", "--role=king")).isEqualTo(1);
        assertThat(err.toString()).contains("/roles must be a list of one or more of: reader, issuer, operator");

        forgetOutput();
        assertThat(run("add", "--role=reader", "--expires=soon")).isEqualTo(1);
        assertThat(err.toString()).contains("/expires must be");

        forgetOutput();
        assertThat(run("revoke", "0123456789ab")).isEqualTo(1);
        assertThat(err.toString()).contains("There is no key 0123456789ab. (HTTP 404)");

        forgetOutput();
        assertThat(run("revoke", "configured")).isEqualTo(1);
        assertThat(err.toString()).contains("GRAPEVINE_API_KEY");
    }

    @Test
    void onlyAnOperatorMayDoIt() {
        assertThat(run("add", "--role=issuer")).isZero();
        String issuer = out.toString().strip();

        assertThat(as(issuer, "list")).isEqualTo(1);
        assertThat(err.toString()).contains("needs a key with the role operator");
    }

    @Test
    void theHelpTellsWhatToDoWhenEveryKeyIsLost() {
        assertThat(execute("key", "--help")).isZero();
        assertThat(out.toString()).contains("When every key is lost").contains("GRAPEVINE_API_KEY");
    }

    @Test
    void saysWhenNoNodeIsThere() {
        assertThat(execute("key", "list", "--key=" + KEY, "--node=http://127.0.0.1:1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no node answers at http://127.0.0.1:1; is it running?");
    }

    @Test
    void wrongArgumentsEndWithTwo() {
        assertThat(execute("key")).isEqualTo(2);
        assertThat(run("add")).isEqualTo(2);
        assertThat(run("revoke")).isEqualTo(2);
        assertThat(execute("key", "list", "--key= ")).isEqualTo(2);
    }

    private int run(String... arguments) {
        return as(KEY, arguments);
    }

    private int as(String key, String... arguments) {
        List<String> all = new ArrayList<>(List.of("key"));
        all.addAll(List.of(arguments));
        all.add("--key=" + key);
        all.add("--url=http://127.0.0.1:" + port);
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return GrapevineCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
