package dev.grapevine.cli;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Makes up believable people for the demo and the benchmarks. The same seed gives the same people. */
public final class Roster {

    private static final LocalDate FIRST_BIRTHDAY = LocalDate.of(1945, 1, 1);
    private static final LocalDate LAST_BIRTHDAY = LocalDate.of(2006, 12, 31);

    /** One person, with the fields that the import endpoint takes. */
    public record Person(
            String username,
            String displayName,
            Map<String, Object> claims,
            Map<String, Object> publicClaims,
            List<Map<String, Object>> evidence) {

        /** The same person, whose document was looked at once more. */
        Person verifiedAnew() {
            Map<String, Object> more = new LinkedHashMap<>(claims);
            more.put("verifiedTimes", 2);
            return new Person(username, displayName, more, publicClaims, evidence);
        }

        /** The same person under another username. */
        public Person named(String other) {
            return new Person(other, displayName, claims, publicClaims, evidence);
        }

        /** The person as one line of NDJSON, without its end. */
        public String json() {
            return JsonMapper.shared().writeValueAsString(this);
        }
    }

    private final RandomGenerator random;
    private final List<Culture> cultures = Culture.all();
    private final Map<String, Integer> namesakes = new HashMap<>();

    private Roster(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** As many people as asked for, each with a username of their own. */
    public static List<Person> of(int people, long seed) {
        Roster roster = new Roster(seed);
        List<Person> all = new ArrayList<>(people);
        for (int i = 0; i < people; i++) {
            all.add(roster.person());
        }
        return all;
    }

    private Person person() {
        Culture culture = cultures.get(random.nextInt(cultures.size()));
        Culture.Name given = culture.given(random);
        Culture.Name family = culture.family(random);
        String organisation = culture.organisation(random);
        LocalDate born =
                FIRST_BIRTHDAY.plusDays(random.nextLong(LAST_BIRTHDAY.toEpochDay() - FIRST_BIRTHDAY.toEpochDay() + 1));

        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("country", culture.country());
        shown.put("affiliation", organisation);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("givenName", given.written());
        claims.put("familyName", family.written());
        claims.put("birthDate", born.toString());
        String document = random.nextInt(3) == 0 ? "passport" : "identity card";
        Map<String, Object> evidence =
                Map.of("type", List.of("DocumentVerification"), "document", document, "country", culture.country());
        return new Person(username(given, family), culture.fullName(given, family), claims, shown, List.of(evidence));
    }

    /** {@code given.family} in ASCII; namesakes get a number. */
    private String username(Culture.Name given, Culture.Name family) {
        String name =
                (given.ascii() + "." + family.ascii()).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]", "");
        int number = namesakes.merge(name, 1, Integer::sum);
        return number == 1 ? name : name + number;
    }
}
