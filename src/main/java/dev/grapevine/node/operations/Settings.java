package dev.grapevine.node.operations;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every setting that there is, as Spring Boot's annotation processor has written it down from the properties records when
 * they were compiled.
 */
final class Settings {

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";

    private final List<Setting> all;
    private final List<Group> groups;

    private Settings(List<Setting> all, List<Group> groups) {
        this.all = all;
        this.groups = groups;
    }

    /**
     * One setting.
     *
     * @param name such as {@code grapevine.db.start-timeout}
     * @param type a Java type's name
     * @param meaning the record's Javadoc
     */
    record Setting(String name, String type, @Nullable String defaultValue, String meaning) {

        /** As a variable of the environment. */
        String variable() {
            return name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
        }

        private boolean hasParts() {
            return type.startsWith("java.util.Map") || type.startsWith("java.util.List");
        }

        /** Whether a property's name, in any spelling that Spring Boot takes, means this setting or a part of it. */
        boolean isNamed(String property) {
            String own = uniform(name);
            String given = uniform(property);
            return given.equals(own)
                    || (hasParts() && given.startsWith(own) && ".[".indexOf(given.charAt(own.length())) >= 0);
        }

        /** Whether a variable of the environment means this setting or a part of it. */
        boolean isVariable(String variable) {
            String given = variable.toUpperCase(Locale.ROOT);
            String dashless = name.toUpperCase(Locale.ROOT).replace("-", "").replace('.', '_');
            return List.of(variable(), dashless).stream()
                    .anyMatch(own -> given.equals(own) || (hasParts() && given.startsWith(own + "_")));
        }

        private static String uniform(String name) {
            return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
        }
    }

    /** A record that settings are bound to. */
    record Group(String prefix, Class<?> type) {}

    /** Reads what stands beside this class, in its jar or directory: other jars have such a file too. */
    static Settings read() {
        String here = Settings.class.getName().replace('.', '/') + ".class";
        String home = String.valueOf(Settings.class.getResource("/" + here));
        try (InputStream in = URI.create(home.replace(here, METADATA)).toURL().openStream()) {
            JsonNode metadata = JsonMapper.shared().readTree(in);
            List<Setting> all = new ArrayList<>();
            for (JsonNode property : metadata.path("properties")) {
                all.add(new Setting(
                        property.path("name").stringValue(),
                        property.path("type").stringValue(),
                        defaultValue(property.path("defaultValue").asString(null)),
                        property.path("description").asString("")));
            }
            List<Group> groups = new ArrayList<>();
            for (JsonNode group : metadata.path("groups")) {
                if (!group.has("sourceMethod")) {
                    groups.add(new Group(
                            group.path("name").stringValue(),
                            Class.forName(group.path("type").stringValue())));
                }
            }
            return new Settings(all, groups);
        } catch (IOException e) {
            throw new UncheckedIOException("the build has left out " + METADATA, e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As it would be set, where the annotation processor writes a list as {@code [a, b]}. */
    private static @Nullable String defaultValue(@Nullable String written) {
        return written != null && written.startsWith("[") && written.endsWith("]")
                ? written.substring(1, written.length() - 1).replace(", ", ",")
                : written;
    }

    List<Setting> all() {
        return all;
    }

    List<Group> groups() {
        return groups;
    }

    /** The name among those there are that a mistyped one most probably stands for. */
    static Optional<String> nearest(String mistyped, List<String> names) {
        int bound = Math.max(2, mistyped.length() / 3);
        return names.stream()
                .filter(name -> distance(mistyped, name) <= bound)
                .min(Comparator.comparingInt(name -> distance(mistyped, name)));
    }

    /** Letters to insert, delete or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
