package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.testapi.OneAtATime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** docs/metrics.md lists what nodes export, and the dashboard asks for nothing else. */
@ExtendWith(ThreeNodes.Resolver.class)
@OneAtATime
class MetricsIT {

    private static final Path PAGE = Path.of("docs", "metrics.md");
    private static final Path DASHBOARD = Path.of("docs", "grafana", "grapevine.json");
    private static final String BEGIN = "<!-- made from the code: begin -->\n";
    private static final String END = "<!-- made from the code: end -->\n";
    private static final String UPDATE = "metrics.update";
    private static final Pattern NAME = Pattern.compile("\\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\\b(?!\\s*=)");
    private static final Set<String> SERIES = Set.of("", "_bucket", "_count", "_sum", "_max");

    private final ThreeNodes nodes;

    MetricsIT(ThreeNodes nodes) {
        this.nodes = nodes;
    }

    /** A metric as a node tells of it. */
    private record Metric(String type, Set<String> labels, String help) {}

    @Test
    void thePageListsWhatNodesExport() throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        String right =
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(PAGE, right);
            page = right;
        }

        assertThat(page)
                .as(
                        "the page in %s; './mvnw verify -Dtest=none -Dit.test=MetricsIT -D%s=true' writes it anew",
                        PAGE, UPDATE)
                .isEqualTo(right);
    }

    @Test
    void theDashboardAsksForWhatNodesExport() throws IOException {
        Set<String> exported = exported().keySet();
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
        Set<String> asked = dashboard.findValuesAsString("expr").stream()
                .flatMap(expression -> NAME.matcher(expression.replaceAll("\"[^\"]*\"|by \\([^)]*\\)", ""))
                        .results()
                        .map(MatchResult::group))
                .filter(name -> !name.startsWith("histogram_"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(asked).isNotEmpty();
        assertThat(asked)
                .allSatisfy(name -> assertThat(exported)
                        .as(name)
                        .anyMatch(metric -> SERIES.stream().anyMatch(series -> name.equals(metric + series))));
    }

    private String table() {
        StringBuilder table = new StringBuilder("| metric | type | labels | |\n|---|---|---|---|\n");
        exported().forEach((name, metric) -> {
            if (name.startsWith("grapevine_")) {
                String labels =
                        metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
                table.append("| `%s` | %s | %s | %s |\n".formatted(name, metric.type(), labels, metric.help()));
            }
        });
        return table.toString();
    }

    /** What all three nodes export, after one has published something that the others took. */
    private Map<String, Metric> exported() {
        nodes.node(1).api().publish(People.named("metrics", "Metrics"));
        await("the others have it")
                .atMost(Duration.ofSeconds(30))
                .until(() -> nodes.all().stream()
                        .allMatch(node -> node.api().lookUp("metrics").status() == 200));
        Map<String, Metric> metrics = new TreeMap<>();
        for (NodeProcess node : nodes.all()) {
            String text = node.management().metrics();
            Matcher family = Pattern.compile("# HELP (\\w+) (.*)\n# TYPE \\w+ (\\w+)\n(\\w+)(?:\\{([^}]*)})?")
                    .matcher(text);
            while (family.find()) {
                Set<String> labels = new TreeSet<>();
                Matcher label = Pattern.compile("(\\w+)=\"").matcher(String.valueOf(family.group(5)));
                while (label.find()) {
                    labels.add(label.group(1));
                }
                metrics.put(
                        family.group(1),
                        new Metric(family.group(3), labels, family.group(2).strip()));
            }
        }
        return metrics;
    }
}
