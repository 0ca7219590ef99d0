package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If-None-Match, RFC 9110 §13.1.2. */
class EntityTagsTest {

    private static final String TAG = "W/\"abc-current\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "W/\"abc-current\"",
                "\"abc-current\"",
                "*",
                " * ",
                "\"x\", W/\"abc-current\"",
                "\"x\",\"abc-current\" ",
                ", ,\"abc-current\"",
                "\"with,comma\",\"abc-current\""
            })
    void theSameOpaqueTagMatchesWeakOrNot(String field) {
        assertThat(EntityTags.matches(List.of(field), TAG)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "abc-current",
                "\"abc\"",
                "\"ABC-CURRENT\"",
                "w/\"abc-current\"",
                "\"x, W/\"abc-current\"",
                "\"abc-current",
                "nonsense \"abc-current\"",
                "\"*\""
            })
    void anythingElseDoesNot(String field) {
        assertThat(EntityTags.matches(List.of(field), TAG)).isFalse();
    }

    @Test
    void severalFieldsAreOneList() {
        assertThat(EntityTags.matches(List.of("\"x\"", "\"abc-current\""), TAG)).isTrue();
        assertThat(EntityTags.matches(List.of(), TAG)).isFalse();
    }
}
