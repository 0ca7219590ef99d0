package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class StartFailureTest {

    @Test
    void isOneLine() {
        FailureAnalysis analysis = new FailureAnalysis("Port 8080\nis taken.", "Choose\n  another.", null);

        assertThat(StartFailure.line(analysis))
                .isEqualTo("grapevine: the node cannot start: Port 8080 is taken. Choose another.");
    }
}
