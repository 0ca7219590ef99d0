package dev.grapevine.cli;

import dev.grapevine.cli.Roster.Person;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the demo does on its three running nodes: publish, look up, verify; and what it measures at that. */
final class Demo {

    /** How often each node is asked how far it is; the visibility times are as exact as that. */
    private static final Duration POLL = Duration.ofMillis(10);

    /** How long the nodes may show no progress before the demo goes on without the rest. */
    private static final Duration STALL = Duration.ofSeconds(30);

    /** How long a new credential may take to be known on another node. */
    private static final Duration VERIFY_TIMEOUT = Duration.ofSeconds(10);

    private static final int LOOKUPS_AT_ONCE_PER_NODE = 8;
    private static final int VERIFIED_PER_NODE = 10;

    private final DemoNetwork network;
    private final List<DemoNode> nodes;
    private final List<List<Person>> rosters;
    private final int people;
    private final PrintWriter err;

    /** @param roster everybody; each node publishes a third */
    Demo(DemoNetwork network, List<Person> roster, PrintWriter err) {
        this.network = network;
        this.nodes = network.nodes();
        this.people = roster.size();
        this.err = err;
        this.rosters = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            rosters.add(roster.subList(people * i / nodes.size(), people * (i + 1) / nodes.size()));
        }
    }

    /** Does all of it and returns the figures. */
    DemoReport run() throws InterruptedException {
        List<String> issuers = nodes.stream().map(Demo::issuer).toList();
        Visibility visibility = new Visibility(nodes.size());
        AtomicInteger failed = new AtomicInteger();
        double publishSeconds;
        try (ExecutorService pollers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> polling = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                int observer = i;
                polling.add(pollers.submit(() -> watch(observer, issuers, visibility)));
            }
            try {
                publishSeconds = publish(visibility, failed);
                awaitEverywhere(visibility, people - failed.get());
            } finally {
                polling.forEach(poller -> poller.cancel(true));
            }
        }
        long startNanos = System.nanoTime();
        int misses = lookUpEverybodyEverywhere();
        double lookupSeconds = seconds(startNanos);
        int refused = verifySample();
        return new DemoReport(
                people,
                failed.get(),
                publishSeconds,
                visibility.everywhere(),
                visibility.latencies(),
                people * nodes.size(),
                misses,
                lookupSeconds,
                sampled() - refused,
                refused);
    }

    /** Imports every node's third at once. Returns how long that took, in seconds. */
    private double publish(Visibility visibility, AtomicInteger failed) {
        long startNanos = System.nanoTime();
        try (Progress progress = Progress.onStandardError(err, "published", people)) {
            List<CompletableFuture<?>> imports = new ArrayList<>();
            for (int i = 0; i < nodes.size(); i++) {
                int node = i;
                imports.add(nodes.get(i).importClient().send(lines(rosters.get(i)), RosterFormat.NDJSON, result -> {
                    if (result.committed()) {
                        visibility.committed(node, result.sequence(), System.nanoTime());
                    } else {
                        failed.incrementAndGet();
                        progress.println(nodes.get(node).name() + ", line " + result.line() + ": " + result.reason());
                    }
                    progress.step();
                }));
            }
            CompletableFuture.allOf(imports.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            network.checkAlive();
            throw new NodeException("publishing stopped: " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
        return seconds(startNanos);
    }

    private static InputStream lines(List<Person> roster) {
        return new ByteArrayInputStream(roster.stream()
                .map(Person::json)
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8));
    }

    /** Keeps asking one node how far it is in the others' logs. */
    private @Nullable Void watch(int observer, List<String> issuers, Visibility visibility)
            throws InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Map<String, Long> heads = nodes.get(observer).client().heads();
                for (int issuer = 0; issuer < issuers.size(); issuer++) {
                    visibility.head(observer, issuer, heads.getOrDefault(issuers.get(issuer), 0L), System.nanoTime());
                }
            } catch (NodeException e) {
                // A node that is gone is noticed by whoever waits for it.
            }
            Thread.sleep(POLL);
        }
        return null;
    }

    private static String issuer(DemoNode node) {
        return node.client()
                .issuer(node.name())
                .orElseThrow(() -> new NodeException(node.name() + " does not list its own issuer"));
    }

    private void awaitEverywhere(Visibility visibility, int expected) throws InterruptedException {
        int last = -1;
        long lastNanos = System.nanoTime();
        while (visibility.everywhere() < expected) {
            network.checkAlive();
            if (visibility.everywhere() > last) {
                last = visibility.everywhere();
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > STALL.toNanos()) {
                err.printf(
                        "after %d s without progress %d of %d profiles are visible everywhere%n",
                        STALL.toSeconds(), last, expected);
                return;
            }
            Thread.sleep(POLL);
        }
    }

    /** Looks every person up on every node. Returns how often a node did not know one, or had it wrong. */
    private int lookUpEverybodyEverywhere() throws InterruptedException {
        AtomicInteger misses = new AtomicInteger();
        try (Progress progress = Progress.onStandardError(err, "looked up", (long) people * nodes.size())) {
            List<Callable<Void>> work = new ArrayList<>();
            for (DemoNode node : nodes) {
                AtomicInteger next = new AtomicInteger();
                for (int worker = 0; worker < LOOKUPS_AT_ONCE_PER_NODE; worker++) {
                    work.add(() -> lookUp(node, next, misses, progress));
                }
            }
            inParallel(work);
        }
        return misses.get();
    }

    private @Nullable Void lookUp(DemoNode node, AtomicInteger next, AtomicInteger misses, Progress progress) {
        for (int i = next.getAndIncrement(); i < people; i = next.getAndIncrement()) {
            int issuer = issuerOf(i);
            Person person = rosters.get(issuer).get(i - people * issuer / nodes.size());
            if (!finds(node, person, nodes.get(issuer).name())) {
                misses.incrementAndGet();
                progress.println(node.name() + " does not know " + person.username());
            }
            progress.step();
        }
        return null;
    }

    private int issuerOf(int index) {
        int issuer = 0;
        while (index >= people * (issuer + 1) / nodes.size()) {
            issuer++;
        }
        return issuer;
    }

    private static boolean finds(DemoNode node, Person person, String issuer) {
        Optional<JsonNode> answer = node.client().lookUp(person.username());
        return answer.isPresent()
                && answer.get()
                        .path("attestations")
                        .valueStream()
                        .anyMatch(attestation -> attests(attestation, person, issuer));
    }

    private static boolean attests(JsonNode attestation, Person person, String issuer) {
        return attestation.path("issuer").path("name").asString("").equals(issuer)
                && attestation.path("displayName").asString("").equals(person.displayName())
                && attestation.path("status").asString("").equals("active");
    }

    /**
     * Has some people of each node verified anew, which gives a new credential, and that one verified by the next node, as
     * soon as it has heard of it. Returns how many did not verify.
     */
    private int verifySample() throws InterruptedException {
        int refused = 0;
        for (int i = 0; i < nodes.size(); i++) {
            DemoNode verifier = nodes.get((i + 1) % nodes.size());
            List<Person> sample = rosters.get(i)
                    .subList(0, Math.min(VERIFIED_PER_NODE, rosters.get(i).size()));
            for (Person person : sample) {
                JsonNode credential = nodes.get(i)
                        .client()
                        .put(person.username(), person.verifiedAnew().json())
                        .path("credential");
                if (!verifies(verifier, credential)) {
                    refused++;
                    err.println(verifier.name() + " does not verify the credential of " + person.username() + ": "
                            + verifier.client().verify(credential));
                }
            }
        }
        return refused;
    }

    private static boolean verifies(DemoNode verifier, JsonNode credential) throws InterruptedException {
        long deadline = System.nanoTime() + VERIFY_TIMEOUT.toNanos();
        while (!verifier.client().verify(credential).path("verified").asBoolean(false)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL);
        }
        return true;
    }

    private int sampled() {
        return rosters.stream()
                .mapToInt(roster -> Math.min(VERIFIED_PER_NODE, roster.size()))
                .sum();
    }

    private void inParallel(List<Callable<Void>> work) throws InterruptedException {
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> done : workers.invokeAll(work)) {
                done.get();
            }
        } catch (ExecutionException e) {
            network.checkAlive();
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }

    private static double seconds(long sinceNanos) {
        return Math.max((System.nanoTime() - sinceNanos) / 1e9, 1e-6);
    }
}
