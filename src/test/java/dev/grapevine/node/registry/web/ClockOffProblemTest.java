package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.registry.ClockOffException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

class ClockOffProblemTest {

    @Test
    void saysHowFarTheClockIsOffAndWhenToTryAgain() {
        var problem = (ErrorResponseException) RegistryProblems.of(new ClockOffException(Duration.ofMinutes(-5)));
        assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
        assertThat(problem.getBody().getType()).hasToString("/problems/clock-off");
        assertThat(problem.getBody().getDetail()).contains("300 s behind the median of its peers' clocks");
        assertThat(problem.getHeaders().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("60");
    }
}
