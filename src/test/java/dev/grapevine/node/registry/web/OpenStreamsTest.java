package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class OpenStreamsTest {

    private final OpenStreams streams = new OpenStreams();

    @Test
    void aCallerMayHaveSoManyAndNotOneMore() {
        List<Disposable> open = new ArrayList<>();
        for (int i = 0; i < OpenStreams.MAX_STREAMS_OF_A_CALLER; i++) {
            open.add(open("ada"));
        }
        refuses("ada", HttpStatus.TOO_MANY_REQUESTS);
        open("bob");
        open.getFirst().dispose();
        open("ada");
        refuses("ada", HttpStatus.TOO_MANY_REQUESTS);
    }

    @Test
    void aNodeServesSoManyAndNotOneMore() {
        for (int i = 0; i < OpenStreams.MAX_STREAMS; i++) {
            open("caller" + i / 2);
        }
        refuses("another", HttpStatus.SERVICE_UNAVAILABLE);
    }

    @Test
    void metersTellHowManyAreOpenAndHowManyWereRefused() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        streams.bindTo(meters);
        for (int i = 0; i < OpenStreams.MAX_STREAMS_OF_A_CALLER; i++) {
            open("ada");
        }
        refuses("ada", HttpStatus.TOO_MANY_REQUESTS);
        open("bob").dispose();
        assertThat(meters.get("grapevine.streams").gauge().value()).isEqualTo(OpenStreams.MAX_STREAMS_OF_A_CALLER);
        assertThat(meters.get("grapevine.streams.limit").gauge().value()).isEqualTo(OpenStreams.MAX_STREAMS);
        assertThat(meters.get("grapevine.streams.refused").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void aStreamThatEndsOrFailsNoLongerCounts() {
        for (int i = 0; i <= OpenStreams.MAX_STREAMS; i++) {
            streams.count("ada", Flux.just(i)).blockLast();
            StepVerifier.create(streams.count("ada", Flux.error(new IllegalStateException())))
                    .verifyError(IllegalStateException.class);
        }
    }

    @Test
    void streamsEndAfterAnHour() {
        StepVerifier.withVirtualTime(() -> streams.count("ada", Flux.never()))
                .thenAwait(OpenStreams.MAX_AGE)
                .verifyComplete();
    }

    private Disposable open(String caller) {
        return streams.count(caller, Flux.never()).subscribe();
    }

    private void refuses(String caller, HttpStatus status) {
        assertThatThrownBy(() -> streams.count(caller, Flux.never()).blockLast())
                .isInstanceOfSatisfying(ErrorResponseException.class, refusal -> {
                    assertThat(refusal.getStatusCode()).isEqualTo(status);
                    assertThat(refusal.getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                            .isEqualTo("30");
                });
    }
}
