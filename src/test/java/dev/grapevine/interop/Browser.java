package dev.grapevine.interop;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Chromium, in the hands of {@code interop/browser.mjs}. */
public final class Browser {

    private static final long VISIT_SECONDS = 240;

    private Browser() {}

    /**
     * Publishes on one node and looks up on another, in Swagger UI and from a page of another origin; aborts the test where there is
     * no browser.
     *
     * @param screenshot where to put a picture of what Swagger UI showed
     * @return what came of it
     */
    public static JsonNode visit(URI publishing, URI lookingUp, String apiKey, Path screenshot) {
        String chromium = chromium()
                .orElseThrow(() -> NodeModules.unavailable(
                        "no Chromium in PATH or the variable CHROMIUM. On Debian: apt install chromium"));
        NodeModules modules = NodeModules.of("interop");
        String node = modules.node();
        try {
            Command.Result result = Command.in(modules.directory())
                    .with("CHROMIUM", chromium)
                    .with("GRAPEVINE_API_KEY", apiKey)
                    .run(
                            VISIT_SECONDS,
                            node,
                            "browser.mjs",
                            publishing.toString(),
                            lookingUp.toString(),
                            screenshot.toAbsolutePath().toString());
            if (result.exitCode() != 0) {
                throw new AssertionError("the browser did not get through:\n" + result.output());
            }
            return JsonMapper.shared().readTree(result.output().lines().toList().getLast());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<String> chromium() {
        String named = System.getenv("CHROMIUM");
        if (named != null) {
            return Optional.of(named);
        }
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
