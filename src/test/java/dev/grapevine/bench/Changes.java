package dev.grapevine.bench;

import dev.grapevine.cli.Roster.Person;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts new versions of people chosen at random, at a fixed rate, until it is stopped. */
final class Changes {

    private final Node node;
    private final List<Person> people;
    private final AtomicInteger committed;
    private final Thread pacer;

    /** @param committed counts those that were answered 200 */
    Changes(Node node, List<Person> people, int perSecond, AtomicInteger committed) {
        this.node = node;
        this.people = people;
        this.committed = committed;
        this.pacer = Thread.ofVirtual().start(() -> pace(perSecond));
    }

    private void pace(int perSecond) {
        long start = System.nanoTime();
        try {
            for (long i = 0; ; i++) {
                Thread.sleep(Duration.ofNanos(start + i * 1_000_000_000 / perSecond - System.nanoTime()));
                Thread.startVirtualThread(this::change);
            }
        } catch (InterruptedException stopped) {
            // that is the end
        }
    }

    private void change() {
        Person person = people.get(ThreadLocalRandom.current().nextInt(people.size()));
        Map<String, Object> claims = new HashMap<>(person.claims());
        claims.put("change", System.nanoTime());
        Person changed =
                new Person(person.username(), person.displayName(), claims, person.publicClaims(), person.evidence());
        try {
            int status = node.update(person.username(), changed.json());
            if (status == 200) {
                committed.incrementAndGet();
            } else {
                Report.progress("A change was answered %d.", status);
            }
        } catch (IOException | InterruptedException e) {
            Report.progress("A change failed: %s", e);
        }
    }

    void stop() throws InterruptedException {
        pacer.interrupt();
        pacer.join();
    }
}
