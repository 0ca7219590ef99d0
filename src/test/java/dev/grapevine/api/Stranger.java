package dev.grapevine.api;

import dev.grapevine.api.Attempts.Attempt;
import dev.grapevine.api.Contract.Operation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A client that knows nothing but the description, and tries everything. The same seed asks the same questions. */
final class Stranger {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final List<String> ROLES = List.of("reader", "issuer", "operator");
    private static final List<String> BAD_KEYS = List.of(
            "Bearer nonsense",
            "Bearer ",
            "Basic YTpi",
            "Bearer gv_" + "A".repeat(43),
            "Bearer " + "x".repeat(600),
            "x");
    /** How spoilt requests are: half of them not at all. */
    private static final double[] SPOILT = {0, 0, 0, 0.2, 0.5, 0.9};

    private final HttpClient http;
    private final URI base;
    private final String rootKey;
    private final Contract contract;
    private final ContractCheck check;
    private final SplittableRandom random;
    private final Memory memory;
    private final Attempts attempts;
    private final Map<String, String> keys = new TreeMap<>();
    private final Map<String, Map<Integer, Integer>> counts = new TreeMap<>();
    private final List<String> breaches = new ArrayList<>();

    Stranger(HttpClient http, URI base, String rootKey, Contract contract, long seed) {
        this.http = http;
        this.base = base;
        this.rootKey = rootKey;
        this.contract = contract;
        this.check = new ContractCheck(contract);
        this.random = new SplittableRandom(seed);
        this.memory = new Memory(random);
        this.attempts = new Attempts(contract, memory, random);
    }

    /** By operation and status. */
    Map<String, Map<Integer, Integer>> counts() {
        return counts;
    }

    /** Every answer that was not as described, with the request that led to it. */
    List<String> breaches() {
        return breaches;
    }

    void tryOut(int requests) throws InterruptedException {
        List<Operation> operations = contract.operations();
        for (int i = 0; i < requests; i++) {
            Operation operation = operations.get(random.nextInt(operations.size()));
            Attempt attempt = attempts.to(operation, SPOILT[random.nextInt(SPOILT.length)]);
            Caller caller = caller(operation);
            try {
                HttpResponse<byte[]> response = send(attempt, caller.authorization());
                judge(attempt, caller, response);
            } catch (IOException e) {
                breaches.add(describe(attempt, caller) + "\n  no answer: " + e);
            }
        }
    }

    /** Who asks: with which role, as far as that is known, by which header. */
    private record Caller(String role, Optional<String> authorization) {

        /** Whether a request of this caller may have done what needs the role. */
        boolean mayHave(Optional<String> needed) {
            return needed.isEmpty()
                    || role.equals("root")
                    || role.equals(needed.get())
                    || (needed.get().equals("reader") && ROLES.contains(role));
        }
    }

    private Caller caller(Operation operation) throws InterruptedException {
        if (random.nextInt(10) < 7) {
            return operation.role().isPresent()
                    ? holder(operation.role().get())
                    : new Caller("nobody", Optional.empty());
        }
        return switch (random.nextInt(3)) {
            case 0 -> new Caller("nobody", Optional.empty());
            case 1 -> new Caller("garbage", Optional.of(BAD_KEYS.get(random.nextInt(BAD_KEYS.size()))));
            default -> holder(ROLES.get(random.nextInt(ROLES.size())));
        };
    }

    private Caller holder(String role) throws InterruptedException {
        String key = keys.get(role);
        if (key == null) {
            key = makeKey(role).orElse(null);
        }
        if (key == null) {
            return new Caller("root", Optional.of("Bearer " + rootKey));
        }
        keys.put(role, key);
        return new Caller(role, Optional.of("Bearer " + key));
    }

    private Optional<String> makeKey(String role) throws InterruptedException {
        String json = "{\"name\":\"stranger\",\"roles\":[\"" + role + "\"]}";
        Attempt attempt = new Attempt(
                "POST",
                "/api/v1/keys",
                "",
                Map.of("Content-Type", "application/json"),
                json.getBytes(StandardCharsets.UTF_8));
        try {
            HttpResponse<byte[]> response = send(attempt, Optional.of("Bearer " + rootKey));
            return response.statusCode() == 201
                    ? Optional.of(JsonMapper.shared()
                            .readTree(response.body())
                            .path("secret")
                            .asString())
                    : Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("no key can be made", e);
        }
    }

    private HttpResponse<byte[]> send(Attempt attempt, Optional<String> authorization)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(attempt.target()))
                .timeout(TIMEOUT)
                .method(attempt.method(), BodyPublishers.ofByteArray(attempt.body()));
        attempt.headers().forEach(request::header);
        authorization.ifPresent(value -> request.header("Authorization", value));
        // A stream of events has no end: its headers are looked at, and then it is left.
        return http.send(
                request.build(),
                info -> isStream(info) ? new Left() : BodyHandlers.ofByteArray().apply(info));
    }

    private static boolean isStream(HttpResponse.ResponseInfo info) {
        return info.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    /** Looks at nothing of a body. */
    private static final class Left implements BodySubscriber<byte[]> {

        @Override
        public CompletionStage<byte[]> getBody() {
            return CompletableFuture.completedStage(new byte[0]);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }

    private void judge(Attempt attempt, Caller caller, HttpResponse<byte[]> response) {
        Optional<Operation> meant = contract.find(attempt.method(), attempt.path());
        counts.computeIfAbsent(meant.map(Operation::id).orElse("(none)"), id -> new TreeMap<>())
                .merge(response.statusCode(), 1, Integer::sum);
        List<String> wrong = check.check(meant, response);
        boolean done = response.statusCode() < 300;
        if (done && meant.isPresent() && !caller.mayHave(meant.get().role())) {
            wrong.add("it was done for a caller without the role");
        }
        if (response.statusCode() == 401 && ROLES.contains(caller.role())) {
            keys.remove(caller.role()); // somebody has revoked it, as the key operations allow
        }
        if (done) {
            learn(response);
        }
        if (!wrong.isEmpty()) {
            breaches.add(describe(attempt, caller) + "\n  " + response.statusCode() + " "
                    + response.headers().map() + "\n  "
                    + shorten(new String(response.body(), StandardCharsets.UTF_8)) + "\n  WRONG: "
                    + String.join("\n  WRONG: ", wrong));
        }
    }

    private void learn(HttpResponse<byte[]> response) {
        response.headers()
                .firstValue("ETag")
                .ifPresent(tag -> memory.learn("etag", JsonNodeFactory.instance.stringNode(tag)));
        if (ContractCheck.mediaType(response)
                .filter(ContractCheck.BYTES::equals)
                .isPresent()) {
            memory.learnFile(response.body());
            return;
        }
        try {
            if (response.body().length > 0) {
                ContractCheck.json(response).forEach((JsonNode value) -> memory.learn(value));
            }
        } catch (JacksonException e) {
            // Not JSON: there is nothing in it to learn.
        }
    }

    private static String describe(Attempt attempt, Caller caller) {
        return attempt.method() + " " + shorten(attempt.target()) + " as " + caller.role() + " " + attempt.headers()
                + "\n  " + shorten(new String(attempt.body(), StandardCharsets.UTF_8));
    }

    private static String shorten(String text) {
        return text.length() <= 600 ? text : text.substring(0, 600) + "… (" + text.length() + " characters)";
    }
}
