package dev.grapevine.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the nodes had to say: errors are failures, unless the node's database was down, and warnings are counted. */
final class LogCheck {

    private static final Pattern LINE = Pattern.compile("(\\d\\d:\\d\\d:\\d\\d\\.\\d{3}) (ERROR|WARN) +(\\S+) +(.*)");

    /** What stands in no line of a level. */
    private static final Pattern ALARM = Pattern.compile(
            "OutOfMemoryError|StackOverflowError|Exception in thread|LEAK:|IllegalReferenceCount|fatal error has been detected");

    private static final int WARNINGS_TOLD = 8;

    private final Failures failures;
    private final Result result;
    private final Map<String, Integer> warnings = new HashMap<>();
    private int errors;
    private int expected;

    LogCheck(Failures failures, Result result) {
        this.failures = failures;
        this.result = result;
    }

    void read(List<LabNode> nodes) throws IOException {
        for (LabNode node : nodes) {
            try (Stream<String> lines = Files.lines(node.log())) {
                lines.forEach(line -> read(node, line));
            }
        }
        result.figure("errors", errors, "unexpected error lines in the logs");
        result.figure("errors_expected", expected, "error lines of nodes whose database was stopped");
        result.figure(
                "warnings",
                warnings.values().stream().mapToInt(Integer::intValue).sum(),
                "warnings in the logs");
        warnings.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(WARNINGS_TOLD)
                .forEach(warning -> result.remark("%5d × %s".formatted(warning.getValue(), warning.getKey())));
    }

    private void read(LabNode node, String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            if (ALARM.matcher(line).find()) {
                error(node, line);
            }
        } else if (matcher.group(2).equals("WARN")) {
            warnings.merge(kind(matcher.group(3) + " " + matcher.group(4)), 1, Integer::sum);
        } else if (node.database().wasDownAt(LocalTime.parse(matcher.group(1)))) {
            expected++;
        } else {
            error(node, line);
        }
    }

    private void error(LabNode node, String line) {
        errors++;
        failures.add(node.name() + " logged: " + line);
    }

    /** The line without what differs from one to the next. */
    private static String kind(String text) {
        String plain = text.replaceAll("12D3\\w+", "PEER")
                .replaceAll("did:key:\\w+", "DID")
                .replaceAll("trace=\\w+", "")
                .replaceAll("\\d+(\\.\\d+)?", "N");
        return plain.length() > 160 ? plain.substring(0, 160) + "…" : plain;
    }
}
