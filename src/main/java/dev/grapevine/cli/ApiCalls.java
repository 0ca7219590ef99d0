package dev.grapevine.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Calls of one node's REST API. Every call waits for its answer, and throws {@link NodeException} when refused. */
final class ApiCalls {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = NodeClient.http();
    private final URI node;
    private final @Nullable String apiKey;

    /** @param apiKey null: only what is for everybody */
    ApiCalls(URI node, @Nullable String apiKey) {
        this.node = node;
        this.apiKey = apiKey;
    }

    /** The request may have been carried out, or not. */
    static final class NoAnswerException extends NodeException {
        NoAnswerException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** @return the answer's body, where the status is 2xx */
    String send(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body);
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new NodeException("the node refuses: " + Problem.text(response.statusCode(), response.body()));
            }
            return response.body();
        } catch (ConnectException e) {
            throw new NodeException("no node answers at " + node + "; is it running?", e);
        } catch (IOException e) {
            throw new NoAnswerException(node + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted", e);
        }
    }
}
