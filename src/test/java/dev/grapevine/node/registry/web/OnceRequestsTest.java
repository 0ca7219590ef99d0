package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnceRequestsTest {

    @ParameterizedTest
    @ValueSource(strings = {"\"8e03978e-40d5\"", "8e03978e-40d5"})
    void aKeyIsTheSameQuotedOrBare(String value) {
        assertThat(OnceRequests.key(value)).isEqualTo("8e03978e-40d5");
    }

    @Test
    void inQuotesBackslashAndQuoteAreEscaped() {
        assertThat(OnceRequests.key("\"a \\\"b\\\" \\\\c\"")).isEqualTo("a \"b\" \\c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"a",
                "a\"",
                "\"a\\n\"",
                "a b",
                "a,b",
                "a;b",
                "a\\",
                "\u00e9",
                "\"\u00e9\"",
                "\"a\";p=1"
            })
    void anythingElseIsMalformed(String value) {
        assertThatThrownBy(() -> OnceRequests.key(value)).isInstanceOf(InvalidFieldsException.class);
    }

    @Test
    void aKeyHasABound() {
        String longest = "k".repeat(OnceRequests.MAX_KEY_CHARS);
        assertThat(OnceRequests.key(longest)).isEqualTo(longest);
        assertThat(OnceRequests.key('"' + longest + '"')).isEqualTo(longest);
        assertThatThrownBy(() -> OnceRequests.key(longest + "k")).isInstanceOf(InvalidFieldsException.class);
    }
}
