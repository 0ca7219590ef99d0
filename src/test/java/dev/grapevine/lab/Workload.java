package dev.grapevine.lab;

import dev.grapevine.lab.Op.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one issuer publishes, round by round: most of it as rosters, with new people and new versions of others, and some by
 * single requests of every kind. The same seed gives the same.
 */
final class Workload {

    private static final double SINGLE_SHARE = 0.01;
    private static final int MIN_SINGLES = 8;
    private static final double UPDATE_SHARE = 0.25;

    /** Names that other issuers have people of as well. */
    private static final double COMMON_SHARE = 0.2;

    /** How often a person is drawn until one is found that fits. */
    private static final int DRAWS = 50;

    private final int node;
    private final Random random;
    private final List<Person> people = new ArrayList<>();
    private int names;

    /**
     * One round's part. No username stands in it twice, so its requests may go in any order.
     *
     * @param lines a roster
     */
    record Chunk(List<Op> lines, List<Op> singles) {

        int size() {
            return lines.size() + singles.size();
        }
    }

    private static final class Person {
        private final String username;
        private int version;
        private boolean active;
        private boolean erased;

        Person(String username) {
            this.username = username;
        }
    }

    Workload(long seed, int node) {
        this.node = node;
        this.random = new Random(seed * 1_000 + node);
    }

    /** The next round's part, of about as many events. */
    Chunk chunk(int events) {
        List<Op> singles = new ArrayList<>();
        List<Op> lines = new ArrayList<>();
        Set<Person> touched = new HashSet<>();
        int single = Math.min(events / 2, Math.max(MIN_SINGLES, (int) (events * SINGLE_SHARE)));
        for (int i = 0; i < single; i++) {
            singles.add(single(touched));
        }
        for (int i = single; i < events; i++) {
            boolean update = random.nextDouble() < UPDATE_SHARE;
            Person found = update ? find(touched, person -> person.active) : null;
            lines.add(found == null ? publishNew(touched) : update(found));
        }
        return new Chunk(List.copyOf(lines), List.copyOf(singles));
    }

    private Op single(Set<Person> touched) {
        int drawn = random.nextInt(100);
        if (drawn < 15) {
            return publishNew(touched);
        }
        if (drawn < 25) {
            Person gone = find(touched, person -> !person.active && person.version > 0);
            return gone == null ? publishNew(touched) : publish(gone);
        }
        Person found = find(touched, person -> person.active || (drawn >= 75 && !person.erased));
        if (found == null) {
            return publishNew(touched);
        }
        if (drawn < 50) {
            return update(found);
        }
        found.active = false;
        found.erased = drawn >= 75;
        return new Op(drawn < 75 ? Kind.REVOKE : Kind.ERASE, found.username, found.version);
    }

    private Op publishNew(Set<Person> touched) {
        boolean common = random.nextDouble() < COMMON_SHARE;
        Person person = new Person((common ? "all-" : "n" + node + "-") + names++);
        people.add(person);
        touched.add(person);
        return publish(person);
    }

    private static Op publish(Person person) {
        person.version++;
        person.active = true;
        person.erased = false;
        return new Op(Kind.PUBLISH, person.username, person.version);
    }

    private static Op update(Person person) {
        person.version++;
        return new Op(Kind.UPDATE, person.username, person.version);
    }

    private @Nullable Person find(Set<Person> touched, Predicate<Person> wanted) {
        for (int i = 0; i < DRAWS && !people.isEmpty(); i++) {
            Person person = people.get(random.nextInt(people.size()));
            if (wanted.test(person) && touched.add(person)) {
                return person;
            }
        }
        return null;
    }
}
