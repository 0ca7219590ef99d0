package dev.grapevine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.api.RealNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Clients that OpenAPI Generator makes of the API description compile, and publish and look up on a real node. */
class GeneratedClientsIT extends RealNode {

    private static final long CLIENTS_SECONDS = 600;

    /** Exit code of the script where the generator or npm's packages cannot be had. */
    private static final int UNAVAILABLE = 69;

    @Test
    void theyPublishAndLookUp() throws IOException {
        Command.Result result = Command.in(Path.of("").toAbsolutePath())
                .with("GRAPEVINE_API_KEY", KEY)
                .run(CLIENTS_SECONDS, "openapi/clients", "--try", uri("").toString());
        if (result.exitCode() == UNAVAILABLE) {
            throw NodeModules.unavailable("the generator of clients cannot be had: " + result.output());
        }
        assertThat(result.output())
                .contains(
                        "Both clients compile.",
                        "The TypeScript client has published and looked up.",
                        "The Java client has published and looked up.");
        assertThat(result.exitCode()).isZero();
    }
}
