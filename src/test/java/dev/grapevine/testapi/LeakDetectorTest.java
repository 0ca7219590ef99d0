package dev.grapevine.testapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LeakDetectorTest {

    private final LeakDetector<Object> detector = new LeakDetector<>(Object.class, 1);

    @Test
    void aLeakFailsTheTestClassOnce() {
        detector.reportTracedLeak("ByteBuf", "\tio.netty.handler.codec.http.HttpServerCodec");

        assertThatThrownBy(() -> new NoLeaks().afterAll(null))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("HttpServerCodec");
        new NoLeaks().afterAll(null);
    }

    @Test
    void whatATestsClientLeavesIsNone() {
        detector.reportTracedLeak("ByteBuf", "\tio.netty.handler.codec.http.HttpClientCodec$Decoder");

        assertThat(LeakDetector.take()).isEmpty();
    }

    @Test
    void whatTheDriverLeavesOfARefusedCopyIsNone() {
        detector.reportTracedLeak("ByteBuf", "\tio.r2dbc.postgresql.PostgresqlCopyIn.lambda$copy$0");

        assertThat(LeakDetector.take()).isEmpty();
    }
}
