package dev.grapevine.lab;

import dev.grapevine.lab.NodeClient.Answer;
import dev.grapevine.lab.Workload.Chunk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Publishes on one node what it is given, part after part, and repeats what was not acknowledged for as long as it takes, as
 * a careful client does: single requests under the same Idempotency-Key, lines of a roster by another roster.
 */
final class Publisher implements AutoCloseable {

    private static final int SINGLES_AT_ONCE = 8;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final LabNode node;
    private final Ledger ledger;
    private final Failures failures;
    private final String run;
    private final BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final Thread thread;

    /** @param run makes Idempotency-Keys unique */
    Publisher(LabNode node, Ledger ledger, Failures failures, String run) {
        this.node = node;
        this.ledger = ledger;
        this.failures = failures;
        this.run = run;
        this.thread = Thread.ofVirtual().name("publisher of " + node.name()).start(this::work);
    }

    void add(Chunk chunk) {
        open.incrementAndGet();
        chunks.add(chunk);
    }

    /** Whether all that was given is acknowledged. */
    boolean isDone() {
        return open.get() == 0;
    }

    /** How many requests and lines were sent once more. */
    int repeated() {
        return repeated.get();
    }

    private void work() {
        try {
            while (true) {
                Chunk chunk = chunks.take();
                Thread singles = Thread.ofVirtual().start(() -> singles(chunk.singles()));
                roster(chunk.lines());
                singles.join();
                open.decrementAndGet();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** One after the other sends what is left, until nothing is. */
    private void roster(List<Op> lines) throws InterruptedException {
        Map<String, Op> left = new LinkedHashMap<>();
        lines.forEach(op -> left.put(op.username(), op));
        while (!left.isEmpty()) {
            awaitNode();
            try {
                List<String> json = left.values().stream().map(Op::json).toList();
                node.client().importRoster(json, result -> line(left, result));
            } catch (IOException broken) {
                // the node is down, or its database; what was answered counts
            }
            if (!left.isEmpty()) {
                repeated.addAndGet(left.size());
                Thread.sleep(PAUSE);
            }
        }
    }

    private void line(Map<String, Op> left, JsonNode result) {
        String username = result.path("username").asString("");
        String status = result.path("status").asString("");
        String error = result.path("error").asString("");
        if (status.equals("error") && error.startsWith("could not be committed")) {
            return;
        }
        Op op = left.remove(username);
        if (op == null) {
            failures.add(node.name() + " answers a line that was not sent: " + result);
        } else if (status.equals("error")) {
            failures.add(node.name() + " refuses " + op + ": " + result);
        } else {
            ledger.published(op, result.path("sequence").asLong(-1), Optional.empty());
        }
    }

    private void singles(List<Op> ops) {
        Semaphore slots = new Semaphore(SINGLES_AT_ONCE);
        List<Thread> threads = new ArrayList<>();
        for (Op op : ops) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    slots.acquire();
                    try {
                        single(op);
                    } finally {
                        slots.release();
                    }
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread one : threads) {
            try {
                one.join();
            } catch (InterruptedException closed) {
                threads.forEach(Thread::interrupt);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void single(Op op) throws InterruptedException {
        Optional<String> shownId = Optional.empty();
        for (boolean again = false; ; again = true) {
            if (again) {
                repeated.incrementAndGet();
                Thread.sleep(PAUSE);
            }
            awaitNode();
            try {
                if (op.kind() == Op.Kind.ERASE && shownId.isEmpty()) {
                    shownId = shownId(op.username());
                }
                Answer answer = send(op);
                if (answer.status() < 500) {
                    acknowledged(op, answer, shownId, again);
                    return;
                }
            } catch (IOException unknown) {
                // it may have been done; the next attempt finds out
            }
        }
    }

    private Answer send(Op op) throws IOException, InterruptedException {
        String once = run + "-" + op.kind() + "-" + op.username() + "-" + op.version();
        return switch (op.kind()) {
            case PUBLISH -> node.client().publish(op.json(), once);
            case UPDATE -> node.client().update(op.username(), op.json(), once);
            case REVOKE -> node.client().revoke(op.username(), once);
            case ERASE -> node.client().erase(op.username(), once);
        };
    }

    private void acknowledged(Op op, Answer answer, Optional<String> shownId, boolean again) {
        // A repeated erasure that was done the first time finds nobody: the answer under its key is erased too.
        boolean erasedBefore = op.kind() == Op.Kind.ERASE && again && answer.status() == 404;
        if (answer.status() >= 300 && !erasedBefore) {
            failures.add(node.name() + " refuses " + op + ": " + answer);
            return;
        }
        JsonNode profile = answer.json().path("profile");
        switch (op.kind()) {
            case PUBLISH, UPDATE ->
                ledger.published(
                        op,
                        profile.path("sequence").asLong(-1),
                        Optional.of(profile.path("profileId").asString()));
            case REVOKE -> ledger.revoked(op);
            case ERASE -> ledger.erased(op, shownId);
        }
    }

    private Optional<String> shownId(String username) throws IOException, InterruptedException {
        return node.client()
                .get("/api/v1/profiles/" + username)
                .json()
                .path("attestations")
                .valueStream()
                .filter(shown -> shown.path("issuer").path("name").asString("").equals(node.name()))
                .map(shown -> shown.path("profileId").asString())
                .findFirst();
    }

    private void awaitNode() throws InterruptedException {
        while (!node.isAvailable()) {
            Thread.sleep(PAUSE);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
