package dev.grapevine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A little of what {@code lab/fuzz --target ports} does at length. */
class PortFuzzIT {

    private static final int INPUTS = 300;

    @ParameterizedTest
    @EnumSource
    void afterwardsAGoodPeerIsServedAndNothingIsLeft(PortFuzz.Port port) throws IOException, InterruptedException {
        FuzzReport.Result result = PortFuzz.inProcess(port, INPUTS);

        assertThat(result.findings()).as(Files.readString(PortFuzz.log(port))).isZero();
        assertThat(result.inputs()).isEqualTo(INPUTS);
    }
}
