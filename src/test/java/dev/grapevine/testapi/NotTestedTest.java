package dev.grapevine.testapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NotTestedTest {

    @Test
    void everyTestThatGaveUpIsNamedWithItsReason() {
        assertThat(NotTested.text(List.of("BrowserIT: no Chromium", "OpenApiLintIT: no npm"))
                        .lines())
                .contains("NOT TESTED HERE (2):", "  BrowserIT: no Chromium", "  OpenApiLintIT: no npm");
    }
}
