package dev.grapevine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A little of what {@code lab/fuzz --target ports} does at length; all ports at once, for most of it is waiting for deadlines. */
class PortFuzzIT {

    private static final int INPUTS = 300;

    @Test
    void afterwardsAGoodPeerIsServedAndNothingIsLeft() throws IOException, InterruptedException, ExecutionException {
        Map<PortFuzz.Port, Future<FuzzReport.Result>> results = new EnumMap<>(PortFuzz.Port.class);
        try (ExecutorService processes = Executors.newVirtualThreadPerTaskExecutor()) {
            for (PortFuzz.Port port : PortFuzz.Port.values()) {
                results.put(port, processes.submit(() -> PortFuzz.inProcess(port, INPUTS)));
            }
        }
        for (PortFuzz.Port port : PortFuzz.Port.values()) {
            FuzzReport.Result result = results.get(port).get();
            assertThat(result.findings())
                    .as(Files.readString(PortFuzz.log(port)))
                    .isZero();
            assertThat(result.inputs()).isEqualTo(INPUTS);
        }
    }
}
