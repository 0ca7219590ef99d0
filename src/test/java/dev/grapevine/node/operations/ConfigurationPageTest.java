package dev.grapevine.node.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.operations.Settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.Test;

/** docs/configuration.md lists every setting of the code, as the code describes it. */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final String BEGIN = "<!-- made from the code: begin -->\n";
    private static final String END = "<!-- made from the code: end -->\n";
    private static final String UPDATE = "configuration.update";

    @Test
    void thePageListsTheSettingsOfTheCode() throws IOException {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        String right =
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table() + page.substring(page.indexOf(END));
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(PAGE, right);
            page = right;
        }

        assertThat(page)
                .as("the page in %s; './mvnw test -Dtest=ConfigurationPageTest -D%s=true' writes it anew", PAGE, UPDATE)
                .isEqualTo(right);
    }

    @Test
    void everySettingSaysWhatItMeans() {
        assertThat(Settings.read().all())
                .allSatisfy(setting -> assertThat(setting.meaning())
                        .as("the @param of %s", setting.name())
                        .isNotBlank());
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| setting | variable | default | |\n|---|---|---|---|\n");
        Settings.read().all().stream()
                .sorted(Comparator.comparing(Setting::name))
                .forEach(setting -> table.append("| `%s` | `%s` | %s | %s |\n"
                        .formatted(
                                setting.name(),
                                setting.variable(),
                                setting.defaultValue() == null
                                                || setting.defaultValue().isEmpty()
                                        ? ""
                                        : "`" + setting.defaultValue() + "`",
                                sentence(setting.meaning()))));
        return table.toString();
    }

    /** The Javadoc as Markdown. */
    private static String sentence(String meaning) {
        String text = meaning.replaceAll("\\{@(?:code|link|linkplain) ([^}]*)}", "`$1`")
                .replace("|", "\\|");
        text = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return text.endsWith(".") ? text : text + ".";
    }
}
