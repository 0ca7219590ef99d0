package dev.grapevine.cli;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node a command talks to, and with which key. */
final class NodeOptions {

    @Option(
            names = {"--url", "--node"},
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "The node (default: ${DEFAULT-VALUE}).")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "${env:GRAPEVINE_API_KEY}",
            description = "The API key; rather set it as GRAPEVINE_API_KEY, which other users cannot see.")
    private @Nullable String key;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    URI url() {
        return url;
    }

    /** The key, where one is given. */
    Optional<String> optionalKey() {
        return Optional.ofNullable(key).filter(given -> !given.isBlank());
    }

    /** @throws ParameterException where none is given */
    String key() {
        if (key == null || key.isBlank()) {
            throw new ParameterException(
                    command.commandLine(),
                    "An API key is needed: set GRAPEVINE_API_KEY, or give --key. The node printed one at its first start.");
        }
        return key;
    }
}
