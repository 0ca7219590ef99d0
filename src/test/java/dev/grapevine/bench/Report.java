package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The figures of one run: a table, and one line of JSON with the same figures, versions, machine and load. */
final class Report {

    private record Row(String name, String value, String meaning) {}

    private final String bench;
    private final String loadBefore = load();
    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final Map<String, Object> versions = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    Report(String bench) {
        this.bench = bench;
        versions.put("grapevine", System.getProperty("bench.commit", "unknown"));
        versions.put("java", Runtime.version().toString());
    }

    /** Adds a figure; the name is its key in the JSON and ends in its unit. */
    void figure(String name, double value, String meaning) {
        double rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 1000) / 1000.0;
        String text = Math.abs(value) >= 100 ? "%,d".formatted(Math.round(value)) : String.valueOf(rounded);
        rows.add(new Row(name, text, meaning));
        figures.put(name, rounded);
    }

    void version(String name, String version) {
        versions.put(name, version);
    }

    /** Adds what a reader of the table has to know. */
    void remark(String text) {
        remarks.add(text);
    }

    /** What is going on, for whoever waits; on standard error, for the table is the result. */
    static void progress(String format, Object... values) {
        System.err.printf(Locale.ROOT, format + "%n", values);
    }

    void print() {
        int name = rows.stream().mapToInt(row -> row.name.length()).max().orElse(0);
        int value = rows.stream().mapToInt(row -> row.value.length()).max().orElse(0);
        System.out.printf("%n%s%n%n", bench);
        rows.forEach(
                row -> System.out.printf("  %-" + name + "s  %" + value + "s  %s%n", row.name, row.value, row.meaning));
        System.out.println();
        remarks.forEach(remark -> System.out.println(remark.indent(2).stripTrailing()));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("bench", bench);
        line.putAll(figures);
        line.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("versions", versions);
        line.put("machine", machine());
        line.put("load", Map.of("before", loadBefore, "after", load()));
        System.out.printf("  %s; load %s before, %s after%n%n", machine(), loadBefore, load());
        System.out.println(JsonMapper.shared().writeValueAsString(line));
    }

    private static String machine() {
        String cpu = lines("/proc/cpuinfo").stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
        String memory = lines("/proc/meminfo").stream()
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / (1024 * 1024) + " GiB")
                .orElse("");
        return "%s, %d CPUs, %s, %s %s"
                .formatted(
                        cpu,
                        Runtime.getRuntime().availableProcessors(),
                        memory,
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
    }

    /** Load averages of 1, 5 and 15 minutes. */
    private static String load() {
        return lines("/proc/loadavg").stream()
                .findFirst()
                .map(line -> line.replaceAll("( \\S+){2}$", ""))
                .orElse("unknown");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException noSuchSystem) {
            return List.of();
        }
    }
}
