package dev.grapevine.fuzz;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What came of a run: a table, and one line of JSON with the same figures. */
final class FuzzReport {

    private static final int MIB = 1024 * 1024;
    private static final int KIB = 1024;

    private final List<Result> results = new ArrayList<>();

    /**
     * What came of one target.
     *
     * @param coverage branches of the code that were taken; 0 where they are not counted
     * @param findings inputs that were defects
     * @param heapBytes the most that lived on the heap after a collection
     * @param allocatedBytes the most that was allocated for one input; 0 where it is not measured
     */
    record Result(
            String target,
            long inputs,
            double seconds,
            int coverage,
            int findings,
            long heapBytes,
            long allocatedBytes) {

        private Map<String, Object> figures() {
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("target", target);
            figures.put("inputs", inputs);
            figures.put("seconds", Math.round(seconds * 10) / 10.0);
            figures.put("coverage_branches", coverage);
            figures.put("findings", findings);
            figures.put("peak_live_heap_bytes", heapBytes);
            figures.put("max_allocated_bytes_per_input", allocatedBytes);
            return figures;
        }
    }

    void add(Result result) {
        results.add(result);
        System.err.printf(
                Locale.ROOT,
                "%s: %,d inputs in %.0f s, %d findings%n",
                result.target,
                result.inputs,
                result.seconds,
                result.findings);
    }

    int findings() {
        return results.stream().mapToInt(Result::findings).sum();
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "%n  %-13s %12s %9s %9s %9s %14s %16s%n",
                "target",
                "inputs",
                "inputs/s",
                "branches",
                "findings",
                "live heap, MiB",
                "an input's, KiB");
        for (Result each : results) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-13s %,12d %,9.0f %9s %9d %14.1f %16s%n",
                    each.target,
                    each.inputs,
                    each.inputs / Math.max(each.seconds, 0.001),
                    each.coverage == 0 ? "" : each.coverage,
                    each.findings,
                    (double) each.heapBytes / MIB,
                    each.allocatedBytes == 0 ? "" : "%,d".formatted(each.allocatedBytes / KIB));
        }
        long inputs = results.stream().mapToLong(Result::inputs).sum();
        double seconds = results.stream().mapToDouble(Result::seconds).sum();
        System.out.printf(
                Locale.ROOT, "  %-13s %,12d %,9.0f %9s %9d%n%n", "all", inputs, inputs / seconds, "", findings());
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("fuzz", results.stream().map(Result::figures).toList());
        line.put("inputs", inputs);
        line.put("findings", findings());
        line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("java", Runtime.version().toString());
        line.put("cpus", Runtime.getRuntime().availableProcessors());
        System.out.println(JsonMapper.shared().writeValueAsString(line));
    }
}
