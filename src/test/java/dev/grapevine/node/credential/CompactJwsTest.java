package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.Jwk;
import dev.grapevine.keys.VerificationKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompactJwsTest {

    /** RFC 7515 appendix A.3. */
    private static final String ES256 = "eyJhbGciOiJFUzI1NiJ9."
            + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
            + "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    private static final VerificationKey P256 =
            Jwk.parse(Signed.parse("{'kty':'EC','crv':'P-256','x':'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',"
                    + "'y':'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'}"));

    /** RFC 8037 appendix A.4. */
    private static final String EDDSA = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    private static final VerificationKey ED25519 =
            Jwk.parse(Signed.parse("{'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'}"));

    @Test
    void verifiesTheExamplesOfTheStandards() {
        assertThat(CompactJws.parse(ES256).verify(P256)).isTrue();
        assertThat(CompactJws.parse(EDDSA).verify(ED25519)).isTrue();
        assertThat(new String(CompactJws.parse(EDDSA).payload(), StandardCharsets.UTF_8))
                .isEqualTo("Example of Ed25519 signing");
    }

    @Test
    void refusesAnotherKeyOrPayload() {
        assertThat(CompactJws.parse(EDDSA).verify(P256)).isFalse();
        assertThat(CompactJws.parse(ES256).verify(ED25519)).isFalse();
        assertThat(CompactJws.parse(EDDSA.replace(".RXhh", ".RXhi")).verify(ED25519))
                .isFalse();
    }

    /** Whatever the header says, only the algorithm of the key counts; HMAC with a public key is the classic. */
    @ParameterizedTest
    @CsvSource({"none", "None", "HS256", "ES384", "ES512", "RS256", "EdDSA", "es256", "''"})
    void refusesAnotherAlgorithmThanTheKeys(String algorithm) {
        String header = Multibase.BASE64URL
                .encode(("{\"alg\":\"" + algorithm + "\"}").getBytes(StandardCharsets.UTF_8))
                .substring(1);
        String rest = ES256.substring(ES256.indexOf('.'));

        assertThat(CompactJws.parse(header + rest).verify(P256)).isFalse();
        assertThat(CompactJws.parse(header + rest.substring(0, rest.lastIndexOf('.') + 1))
                        .verify(P256))
                .as("without a signature")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "e30",
                "e30.e30",
                "e30.e30.e30.e30",
                "e30=.e30.e30",
                "e3 0.e30.e30",
                "W10.e30.e30",
                "eyJhIjoxLCJhIjoyfQ.e30.e30",
                // {"alg":"EdDSA","crit":["b64"],"b64":false}
                "eyJhbGciOiJFZERTQSIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9.e30.e30"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> CompactJws.parse(text)).isInstanceOf(MalformedException.class);
    }
}
