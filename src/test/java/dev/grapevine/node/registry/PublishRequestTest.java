package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import reactor.test.StepVerifier;

/** How long whoever asks for something waits for its answer. */
class PublishRequestTest {

    private final PublishRequest request =
            new PublishRequest(new PublishCommand.Erase("ada"), TestRegistry.CLERK, Optional.empty());

    @Test
    void aRequestThatNobodyHasBegunInTimeIsWithdrawn() {
        StepVerifier.withVirtualTime(request::answer)
                .expectSubscription()
                .expectNoEvent(PublishRequest.ANSWER_WITHIN.minus(Duration.ofMillis(1)))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(QueryTimeoutException.class)
                        .hasMessageContaining("nothing was done"))
                .verify();
        assertThat(request.begin()).isFalse();
    }

    @Test
    void ofOneThatWasBegunItIsNotSaidThatNothingWasDone() {
        assertThat(request.begin()).isTrue();
        StepVerifier.withVirtualTime(request::answer)
                .thenAwait(PublishRequest.ANSWER_WITHIN)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(QueryTimeoutException.class)
                        .hasMessageContaining("not known"))
                .verify();
    }
}
