package dev.grapevine.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/** Where a node spends its CPU time, by the samples that its JVM takes of itself (JEP 509; native code counts). */
final class CpuProfile {

    private static final String SAMPLE = "jdk.CPUTimeSample";
    private static final int LINES = 18;

    private CpuProfile() {}

    /** The option that has a JVM record samples until it ends. */
    static String javaOption(Path file) {
        return "-XX:StartFlightRecording:filename=%1$s,settings=none,+%2$s#enabled=true,+%2$s#throttle=10ms"
                .formatted(file, SAMPLE);
    }

    /** Shares by thread, compiler and garbage collector included, by what a process's threads used before and after. */
    static String threads(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Integer> millis = new HashMap<>();
        after.forEach((thread, seconds) ->
                millis.put(thread, (int) Math.round(1000 * (seconds - before.getOrDefault(thread, 0.0)))));
        int all = millis.values().stream().mapToInt(Integer::intValue).sum();
        return "CPU time of the node: " + all + " ms\n" + table("by thread", millis, all);
    }

    /** Shares by what Grapevine was about, by library at the top of the stack, and by method. */
    static String summary(Path file, long fromMillis) throws IOException {
        Map<String, Integer> own = new HashMap<>();
        Map<String, Integer> packages = new HashMap<>();
        Map<String, Integer> methods = new HashMap<>();
        int samples = 0;
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (!event.getEventType().getName().equals(SAMPLE)
                        || event.getStartTime().toEpochMilli() < fromMillis) {
                    continue;
                }
                samples++;
                RecordedStackTrace stack = event.getStackTrace();
                List<RecordedFrame> frames = stack == null ? List.of() : stack.getFrames();
                count(
                        own,
                        frames.stream()
                                .map(CpuProfile::method)
                                .filter(name -> name.startsWith("dev.grapevine."))
                                .findFirst()
                                .orElse("(none)"));
                count(packages, frames.isEmpty() ? "(JVM: compiler, collector)" : packageOf(frames.getFirst()));
                count(methods, frames.isEmpty() ? "(JVM: compiler, collector)" : method(frames.getFirst()));
            }
        }
        return "CPU samples of its Java threads: " + samples + "\n"
                + table("by the nearest method of Grapevine", own, samples)
                + table("by package at the top of the stack", packages, samples)
                + table("by method at the top of the stack", methods, samples);
    }

    private static String method(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    /** The first three words of the package, which tell the library. */
    private static String packageOf(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        String[] words = type.split("\\.", -1);
        return String.join(".", List.of(words).subList(0, Math.min(3, Math.max(1, words.length - 1))));
    }

    private static void count(Map<String, Integer> counts, String key) {
        counts.merge(key, 1, Integer::sum);
    }

    private static String table(String title, Map<String, Integer> counts, int samples) {
        StringBuilder text = new StringBuilder("\n" + title + "\n");
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(LINES)
                .forEach(entry ->
                        text.append("%5.1f %%  %s\n".formatted(100.0 * entry.getValue() / samples, entry.getKey())));
        return text.toString();
    }
}
