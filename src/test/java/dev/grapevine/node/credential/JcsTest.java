package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.NumberToJSON;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class JcsTest {

    @ParameterizedTest
    @ValueSource(strings = {"arrays", "french", "structures", "unicode", "values", "weird"})
    void writesTheCanonicalFormOfThePublishedVectors(String name) {
        assertThat(Jcs.canonical(CredentialJson.parse(Vectors.bytes("jcs/" + name + "-input.json"))))
                .isEqualTo(Vectors.text("jcs/" + name + "-output.json"));
    }

    /** RFC 8785 appendix B: the bits of a double, and its text. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 0",
        "8000000000000000, 0",
        "0000000000000001, 5e-324",
        "8000000000000001, -5e-324",
        "7fefffffffffffff, 1.7976931348623157e+308",
        "ffefffffffffffff, -1.7976931348623157e+308",
        "4340000000000000, 9007199254740992",
        "c340000000000000, -9007199254740992",
        "4430000000000000, 295147905179352830000",
        "44b52d02c7e14af5, 9.999999999999997e+22",
        "44b52d02c7e14af6, 1e+23",
        "44b52d02c7e14af7, 1.0000000000000001e+23",
        "444b1ae4d6e2ef4e, 999999999999999700000",
        "444b1ae4d6e2ef4f, 999999999999999900000",
        "444b1ae4d6e2ef50, 1e+21",
        "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
        "3eb0c6f7a0b5ed8d, 0.000001",
        "41b3de4355555553, 333333333.3333332",
        "41b3de4355555554, 333333333.33333325",
        "41b3de4355555555, 333333333.3333333",
        "41b3de4355555556, 333333333.3333334",
        "41b3de4355555557, 333333333.33333343",
        "becbf647612f3696, -0.0000033333333333333333",
        "43143ff3c1cb0959, 1424953923781206.2"
    })
    void writesNumbersAsTheStandardDoes(String bits, String text) throws Exception {
        double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

        assertThat(NumberToJSON.serializeNumber(value)).isEqualTo(text);
        assertThat(Jcs.canonical(parse("[" + value + "]"))).isEqualTo("[" + text + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{} {}",
                "{'a':1}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}",
                "{\"a\":1,\"\\u0061\":2}",
                "[1,]",
                "[01]",
                "[NaN]",
                "[Infinity]",
                "[1e99999999999]",
                "// comment\n{}",
                "[\"\n\"]"
            })
    void refusesWhatIsNoStrictJson(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[9007199254740993]",
                "[1e400]",
                "[-1e400]",
                "[9007199254740993.0]",
                "[90071992547409921e-1]",
                "[\"\\ud800\"]",
                "[\"\\udc00\\ud800\"]",
                "{\"\\ud800x\":1}",
                "[[{\"a\":[1e999999]}]]"
            })
    void refusesWhatHasNoCanonicalFormOfItsOwn(String json) {
        assertThatThrownBy(() -> Jcs.canonical(parse(json))).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        assertThatThrownBy(() -> CredentialJson.parse(new byte[] {'[', '"', (byte) 0xff, '"', ']'}))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void readsUpToItsLimits() {
        assertThat(parse("[".repeat(CredentialJson.MAX_DEPTH) + "]".repeat(CredentialJson.MAX_DEPTH))
                        .isArray())
                .isTrue();
        assertThatThrownBy(() ->
                        parse("[".repeat(CredentialJson.MAX_DEPTH + 1) + "]".repeat(CredentialJson.MAX_DEPTH + 1)))
                .isInstanceOf(MalformedException.class);
        assertThat(parse("[\"" + "a".repeat(CredentialJson.MAX_BYTES - 4) + "\"]")
                        .size())
                .isEqualTo(1);
        assertThatThrownBy(() -> parse("[\"" + "a".repeat(CredentialJson.MAX_BYTES - 3) + "\"]"))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesNumbersOfOurOwnThatAreNone() {
        for (double none : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() ->
                            Jcs.canonical(JsonNodeFactory.instance.objectNode().put("n", none)))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void refusesTextOfOurOwnThatIsNoUnicode() {
        assertThatThrownBy(() ->
                        Jcs.canonical(JsonNodeFactory.instance.objectNode().put("displayName", "\ud83d")))
                .isInstanceOf(MalformedException.class);
    }

    private static tools.jackson.databind.JsonNode parse(String json) {
        return CredentialJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
