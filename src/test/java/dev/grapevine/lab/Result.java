package dev.grapevine.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The figures of one run, and what was not as it must be. */
final class Result {

    private record Row(String name, double value, String meaning) {}

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private List<String> failures = List.of();
    private int failureCount;

    /** Adds a figure; the name is its key in the JSON and ends in its unit. */
    void figure(String name, double value, String meaning) {
        rows.add(new Row(name, Math.round(value * 100) / 100.0, meaning));
    }

    void text(String name, String value) {
        texts.put(name, value);
    }

    void remark(String text) {
        remarks.add(text);
    }

    void failures(Failures found) {
        failures = found.told();
        failureCount = found.count();
    }

    boolean holds() {
        return failureCount == 0;
    }

    List<String> told() {
        return failures;
    }

    /** A figure that was added; NaN for none. */
    double figure(String name) {
        return rows.stream()
                .filter(row -> row.name.equals(name))
                .mapToDouble(Row::value)
                .findFirst()
                .orElse(Double.NaN);
    }

    String table() {
        StringBuilder text = new StringBuilder();
        int width = rows.stream().mapToInt(row -> row.name.length()).max().orElse(0);
        rows.forEach(row ->
                text.append(("  %-" + width + "s  %12s  %s%n").formatted(row.name, number(row.value), row.meaning)));
        if (!remarks.isEmpty()) {
            text.append("  Warnings in the logs, by kind:\n");
            remarks.forEach(remark -> text.append("    ").append(remark).append('\n'));
        }
        failures.forEach(failure -> text.append("  FAILURE: ").append(failure).append('\n'));
        if (failureCount > failures.size()) {
            text.append("  … and ").append(failureCount - failures.size()).append(" failures more\n");
        }
        return text.toString();
    }

    /** One line. */
    String json(long seed) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("drill", "converge");
        line.put("seed", seed);
        line.put("holds", holds());
        line.put("failures", failureCount);
        rows.forEach(row -> line.put(row.name, row.value));
        line.putAll(texts);
        line.put("commit", System.getProperty("lab.commit", "unknown"));
        return JsonMapper.shared().writeValueAsString(line);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? "%,d".formatted((long) value) : "%,.2f".formatted(value);
    }
}
