package dev.grapevine.lab;

import dev.grapevine.lab.Ledger.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** What has to hold in the end, on every node. */
final class Checks {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final int NAMES_A_REQUEST = 1_000;
    private static final int ERASED_AT_ONCE = 4;

    private final LabNetwork network;
    private final List<Ledger> ledgers;
    private final Failures failures;
    private final Result result;

    Checks(LabNetwork network, List<Ledger> ledgers, Failures failures, Result result) {
        this.network = network;
        this.ledgers = ledgers;
        this.failures = failures;
        this.result = result;
    }

    /**
     * Waits until every node says that it is current and all digests are equal. Being current is a matter of the last
     * comparison with one peer, so the digests may come to be equal somewhat later; how much is told.
     */
    void settle(Duration patience) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long current = 0;
        while (true) {
            if (current == 0 && allCurrent()) {
                current = System.nanoTime();
                result.figure("current_s", (current - begin) / 1e9, "s until all nodes said current");
            }
            if (current != 0 && digests().stream().distinct().count() == 1) {
                result.figure(
                        "current_too_early_s",
                        (System.nanoTime() - current) / 1e9,
                        "s from when all said current until they were equal");
                return;
            }
            if (System.nanoTime() - begin > patience.toNanos()) {
                failures.add("the nodes are not " + (current == 0 ? "current: " : "equal: ") + states());
                return;
            }
            Thread.sleep(POLL);
        }
    }

    private boolean allCurrent() throws IOException, InterruptedException {
        for (LabNode node : network.nodes()) {
            JsonNode status = node.client().read("/api/v1/network/status");
            if (!status.path("registry").path("state").asString("").equals("current")) {
                return false;
            }
        }
        return true;
    }

    private List<String> digests() throws IOException, InterruptedException {
        List<String> digests = new ArrayList<>();
        for (LabNode node : network.nodes()) {
            digests.add(
                    node.client().read("/api/v1/registry/digest").path("digest").asString());
        }
        return digests;
    }

    private String states() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (LabNode node : network.nodes()) {
            JsonNode status = node.client().read("/api/v1/network/status");
            text.append("\n  ").append(node.name()).append(": ").append(status.path("registry"));
            text.append(", ").append(status.path("peers").size()).append(" peers, heads ");
            status.path("heads")
                    .forEach(head -> text.append(head.path("sequence")).append(' '));
        }
        return text.toString();
    }

    /** All of it. */
    void all() throws IOException, InterruptedException {
        equalDigests();
        Map<String, String> issuers = new HashMap<>();
        for (JsonNode issuer :
                network.nodes().getFirst().client().read("/api/v1/issuers").path("issuers")) {
            issuers.put(issuer.path("name").asString(), issuer.path("id").asString());
        }
        List<String> usernames = new ArrayList<>(new TreeSet<>(
                ledgers.stream().flatMap(ledger -> ledger.usernames().stream()).toList()));
        for (LabNode node : network.nodes()) {
            everythingAcknowledgedIsThere(node, usernames);
            nothingErasedIsBack(node, issuers);
        }
        result.figure("usernames", usernames.size(), "looked up on every node");
        result.figure(
                "erased",
                ledgers.stream().mapToInt(ledger -> ledger.erasedIds().size()).sum(),
                "asked for by id on every node");
    }

    private void equalDigests() throws IOException, InterruptedException {
        String first = "";
        long expected = ledgers.stream().mapToLong(Ledger::events).sum() + ledgers.size();
        for (LabNode node : network.nodes()) {
            JsonNode digest = node.client().read("/api/v1/registry/digest");
            String parts = "";
            for (String part :
                    List.of("digest", "frontierDigest", "profilesDigest", "issuers", "events", "profiles", "bodies")) {
                parts += part + " " + digest.path(part).asString() + " ";
            }
            if (first.isEmpty()) {
                first = parts;
                result.figure("events", (double) digest.path("events").asLong(), "in all logs");
                result.figure("profiles", (double) digest.path("profiles").asLong(), "erased ones included");
                result.text("digest", digest.path("digest").asString());
            } else if (!parts.equals(first)) {
                failures.add(node.name() + " has another registry than node1: " + parts + "instead of " + first);
            }
            if (digest.path("events").asLong() != expected) {
                failures.add("%s has %d events, and %d were acknowledged"
                        .formatted(node.name(), digest.path("events").asLong(), expected));
            }
        }
    }

    private void everythingAcknowledgedIsThere(LabNode node, List<String> usernames)
            throws IOException, InterruptedException {
        for (int from = 0; from < usernames.size(); from += NAMES_A_REQUEST) {
            List<String> some = usernames.subList(from, Math.min(from + NAMES_A_REQUEST, usernames.size()));
            List<JsonNode> answers = node.client().lookUp(some);
            for (int i = 0; i < some.size(); i++) {
                compare(node, some.get(i), answers.get(i).path("attestations"));
            }
        }
    }

    private void compare(LabNode node, String username, JsonNode attestations) {
        Map<String, JsonNode> shown = new HashMap<>();
        attestations.forEach(
                attestation -> shown.put(attestation.path("issuer").path("name").asString(), attestation));
        for (LabNode issuer : network.nodes()) {
            Optional<Entry> expected = ledgers.get(issuer.number() - 1).shown(username);
            JsonNode found = shown.get(issuer.name());
            String what = username + " of " + issuer.name() + " on " + node.name();
            if (expected.isEmpty() && found != null) {
                failures.add("erased and back: " + what + ": " + found);
            } else if (expected.isPresent() && found == null) {
                failures.add("acknowledged and not there: " + what + ": " + expected.get());
            } else if (expected.isPresent() && found != null && !isAsAcknowledged(username, expected.get(), found)) {
                failures.add("not as acknowledged: " + what + ": " + expected.get() + ", but " + found);
            }
        }
    }

    private static boolean isAsAcknowledged(String username, Entry expected, JsonNode found) {
        return found.path("status")
                        .asString("")
                        .equalsIgnoreCase(expected.status().name())
                && found.path("displayName").asString("").equals(Op.displayName(username, expected.version()))
                && found.path("sequence").asLong(-1) == expected.sequence()
                && !found.has("bodyMissing");
    }

    private void nothingErasedIsBack(LabNode node, Map<String, String> issuers)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(ERASED_AT_ONCE)) {
            List<Future<?>> asked = new ArrayList<>();
            for (LabNode issuer : network.nodes()) {
                String did = issuers.getOrDefault(issuer.name(), "");
                for (String id : ledgers.get(issuer.number() - 1).erasedIds()) {
                    asked.add(threads.submit(() -> isGone(node, "/api/v1/issuers/" + did + "/profiles/" + id)));
                }
            }
            for (Future<?> one : asked) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private Void isGone(LabNode node, String path) throws IOException, InterruptedException {
        int status = node.client().get(path).status();
        if (status != 410) {
            failures.add("erased, and " + node.name() + " answers " + status + " to " + path);
        }
        return null;
    }
}
