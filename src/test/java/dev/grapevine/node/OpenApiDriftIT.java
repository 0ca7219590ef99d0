package dev.grapevine.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.api.RealNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The published API description is what the code says. */
class OpenApiDriftIT extends RealNode {

    private static final Path FILE = Path.of("openapi", "openapi.yaml");
    private static final String UPDATE = "openapi.update";

    @Test
    void theFileDescribesTheApiOfTheCode() throws IOException, InterruptedException {
        String code = HTTP.send(HttpRequest.newBuilder(uri("/v3/api-docs.yaml")).build(), BodyHandlers.ofString())
                .body();
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, code);
        }

        assertThat(FILE)
                .as(
                        "the description of the API in %s; where the API was meant to change, write the file anew by"
                                + " './mvnw verify -D%s=true' and commit it",
                        FILE, UPDATE)
                .exists()
                .content(StandardCharsets.UTF_8)
                .isEqualTo(code);
    }
}
