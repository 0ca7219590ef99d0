package dev.grapevine.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** How the people of one country are called, for the demo's roster: read from {@code demo/names.txt}. */
record Culture(
        String country,
        String order,
        List<String> organisations,
        List<Name> women,
        List<Name> men,
        List<Name> families) {

    private static final int LINES = 5;

    /** A name as it is written at home, and in the letters of ASCII. */
    record Name(String written, String ascii) {
        private static Name parse(String text) {
            int equals = text.indexOf('=');
            if (equals >= 0) {
                return new Name(text.substring(0, equals), text.substring(equals + 1));
            }
            String ascii = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
            return new Name(text, ascii);
        }
    }

    /** All cultures in the file, in its order. */
    static List<Culture> all() {
        List<String> lines = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(
                Culture.class.getResourceAsStream("/demo/names.txt"), "demo/names.txt is missing")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Culture> all = new ArrayList<>();
        for (int i = 0; i < lines.size(); i += LINES) {
            String[] head = lines.get(i).split(" ", -1);
            all.add(new Culture(
                    head[0],
                    head[1],
                    list(lines.get(i + 1)),
                    names(lines.get(i + 2)),
                    names(lines.get(i + 3)),
                    names(lines.get(i + 4))));
        }
        return all;
    }

    /** A given name: a woman's or a man's. */
    Name given(RandomGenerator random) {
        return pick(random.nextBoolean() ? women : men, random);
    }

    Name family(RandomGenerator random) {
        return pick(families, random);
    }

    String organisation(RandomGenerator random) {
        return pick(organisations, random);
    }

    /** The full name in the order and script of the country. */
    String fullName(Name given, Name family) {
        return switch (order) {
            case "joined" -> family.written() + given.written();
            case "family" -> family.written() + " " + given.written();
            default -> given.written() + " " + family.written();
        };
    }

    private static <T> T pick(List<T> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }

    private static List<String> list(String line) {
        return Arrays.asList(line.split(", ", -1));
    }

    private static List<Name> names(String line) {
        return list(line).stream().map(Name::parse).toList();
    }
}
