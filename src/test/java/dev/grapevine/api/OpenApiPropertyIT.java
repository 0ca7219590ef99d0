package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.api.Contract.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent, the API answers as {@code openapi.yaml} says: thousands of requests to every operation, valid ones and
 * spoilt ones, by callers of every role. {@code -Dapi.seed} asks the same questions again, {@code -Dapi.requests} more of them.
 */
class OpenApiPropertyIT extends RealNode {

    private static final int STRANGERS = 4;

    /**
     * They need a signature of the recovery key, and of a holder, which no answer ever holds, and the id of a status list, which stands
     * within a URL, where only luck finds it; IssuerKeyIT, PresentationControllerTest and StatusListIT have their success.
     */
    private static final Set<String> BEYOND_STRANGERS =
            Set.of("recoverIssuerKey", "verifyPresentation", "getStatusList");

    private static final int REQUESTS = Integer.getInteger("api.requests", 12_000);
    private static final long SEED = Long.getLong("api.seed", System.nanoTime());
    private static final int BREACHES_SHOWN = 12;

    @Test
    void everyAnswerIsAsDescribed() throws Exception {
        System.out.println("OpenApiPropertyIT: -Dapi.seed=" + SEED);
        Contract contract = Contract.read();
        List<Stranger> strangers = new ArrayList<>();
        for (int i = 0; i < STRANGERS; i++) {
            strangers.add(new Stranger(HTTP, uri("/"), KEY, contract, SEED + i));
        }
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(STRANGERS)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (Stranger stranger : strangers) {
                work.add(() -> {
                    stranger.tryOut(REQUESTS / STRANGERS);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }
        Map<String, Map<Integer, Integer>> counts = new TreeMap<>();
        strangers.forEach(stranger -> stranger.counts()
                .forEach((operation, statuses) -> statuses.forEach((status, count) ->
                        counts.computeIfAbsent(operation, id -> new TreeMap<>()).merge(status, count, Integer::sum))));
        System.out.println(table(counts, (System.nanoTime() - start) / 1e9));

        List<String> breaches = strangers.stream()
                .flatMap(stranger -> stranger.breaches().stream())
                .toList();
        assertThat(breaches.isEmpty())
                .as(
                        "answers that the description does not promise, with -Dapi.seed=%d: %d, of which the first%n%s",
                        SEED,
                        breaches.size(),
                        String.join("\n\n", breaches.subList(0, Math.min(BREACHES_SHOWN, breaches.size()))))
                .isTrue();
        assertThat(counts.values().stream()
                        .flatMap(statuses -> statuses.values().stream())
                        .mapToInt(n -> n)
                        .sum())
                .isGreaterThanOrEqualTo(REQUESTS / STRANGERS * STRANGERS);
        for (Operation operation : contract.operations()) {
            if (BEYOND_STRANGERS.contains(operation.id())) {
                continue;
            }
            assertThat(counts.get(operation.id()).keySet())
                    .as("statuses of %s, among which one of success, with -Dapi.seed=%d", operation.id(), SEED)
                    .anyMatch(status -> status < 300);
        }
    }

    private static String table(Map<String, Map<Integer, Integer>> counts, double seconds) {
        StringBuilder table = new StringBuilder();
        counts.forEach((operation, statuses) -> {
            table.append("%-24s".formatted(operation));
            statuses.forEach((status, count) -> table.append("  %d: %-5d".formatted(status, count)));
            table.append('\n');
        });
        return table.append("%.1f s%n".formatted(seconds)).toString();
    }
}
