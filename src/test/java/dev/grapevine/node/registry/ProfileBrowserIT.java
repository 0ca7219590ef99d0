package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.await;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.Attestation.Status;
import dev.grapevine.node.registry.ProfileBrowser.Listed;
import dev.grapevine.node.registry.ProfileBrowser.Page;
import dev.grapevine.node.registry.ProfileBrowser.Position;
import dev.grapevine.node.registry.ProfileBrowser.Query;
import dev.grapevine.node.trust.TrustLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProfileBrowserIT {

    private static final Query ALL = new Query("", Optional.empty(), Optional.empty());
    private static final Comparator<Listed> ORDER = Comparator.comparing(Listed::username)
            .thenComparing(listed -> listed.attestation().issuer().did());

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final ProfileBrowser browser = new ProfileBrowser(node.transactions, TrustLevel.KNOWN);

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void pagesOfAnySizeListEveryIssuersProfilesInOrderAndOnce() {
        for (int seed = 10; seed < 16; seed++) {
            IssuerLogFixture log = new IssuerLogFixture(seed);
            log.describe("Issuer " + seed);
            List<Integer> people =
                    new ArrayList<>(IntStream.range(0, 15).boxed().toList());
            Collections.shuffle(people, new Random(seed));
            people.forEach(i -> log.publish("person" + i));
            log.publish("only." + seed);
            node.pull(log.entries);
        }
        List<Listed> atOnce = browse(ALL, 100);
        assertThat(atOnce).hasSize(6 * 16).isSortedAccordingTo(ORDER).doesNotHaveDuplicates();
        for (int size : List.of(1, 5, 6, 7, 13)) {
            assertThat(browse(ALL, size)).as("%d a page", size).isEqualTo(atOnce);
        }
    }

    @Test
    void aPrefixIsWhatUsernamesBeginWith() {
        for (String username : List.of("a", "ad", "ada", "ada.b", "ada_c", "ada-d", "adaz", "adb", "b", "zz", "9ad")) {
            node.publish(username);
        }
        assertThat(usernames(prefix("ada"))).containsExactly("ada", "ada-d", "ada.b", "ada_c", "adaz");
        assertThat(usernames(prefix("ad"))).hasSize(7);
        assertThat(usernames(prefix("zz"))).containsExactly("zz");
        assertThat(usernames(prefix("nobody"))).isEmpty();
        assertThat(usernames(ALL)).hasSize(11).first().isEqualTo("9ad");
    }

    @Test
    void oneIssuersProfilesAreThose() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        log.publish("ada");
        log.publish("bob");
        node.pull(log.entries);
        node.publish("ada");
        Query university = new Query("", Optional.of(log.issuer), Optional.empty());
        assertThat(browse(university, 1))
                .allSatisfy(listed -> assertThat(listed.attestation().issuer()).isEqualTo(log.issuer))
                .extracting(Listed::username)
                .containsExactly("ada", "bob");
        IssuerId stranger = new IssuerId(IssuerLogFixture.privateKey(99).publicKey());
        assertThat(browse(new Query("", Optional.of(stranger), Optional.empty()), 10))
                .isEmpty();
    }

    @Test
    void eachStatusListsWhatStandsSo() {
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        validUntil(log, "expired", node.clock.now.minusMillis(1).toEpochMilli());
        validUntil(log, "expires.now", node.clock.now.toEpochMilli());
        validUntil(log, "valid", node.clock.now.plusMillis(1).toEpochMilli());
        log.revoke(validUntil(log, "revoked.and.expired", 0));
        log.revoke(log.publish("revoked"));
        log.revoke(log.publish("again"));
        log.publish("again");
        log.publish("taken");
        log.revoke(log.publish("taken"));
        node.pull(log.entries);
        assertThat(usernames(status(Status.ACTIVE))).containsExactly("again", "taken", "valid");
        assertThat(usernames(status(Status.EXPIRED))).containsExactly("expired", "expires.now");
        assertThat(usernames(status(Status.REVOKED))).containsExactly("revoked", "revoked.and.expired");
        assertThat(browse(ALL, 2))
                .hasSize(7)
                .allSatisfy(
                        listed -> assertThat(List.of(listed.attestation())).isEqualTo(node.lookup(listed.username())));
        node.clock.now = node.clock.now.plus(Duration.ofDays(1));
        assertThat(usernames(status(Status.EXPIRED))).containsExactly("expired", "expires.now", "valid");
    }

    @Test
    void whatIsErasedOrHasNoNameIsNotListed() {
        node.publish("ada");
        node.publish("bob");
        await(node.publisher.erase("ada", TestRegistry.CLERK, Optional.empty()));
        IssuerLogFixture log = new IssuerLogFixture(7);
        log.describe("University");
        UUID known = log.publish("known");
        log.publish("nameless");
        LogEntry update = log.update(known, "renamed", "New name");
        node.pull(List.of(log.entries.get(0), log.entries.get(1), bare(log.entries.get(2)), bare(update)));
        assertThat(usernames(ALL)).containsExactly("bob", "known");
        assertThat(browse(ALL, 10).getLast().attestation().body()).isEmpty();
    }

    @Test
    void whoStaysIsListedOnceWhateverComesAndGoesMeanwhile() {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            node.publish("stays%02d".formatted(i));
            node.publish("goes%02d".formatted(i));
        }
        List<String> listed = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        int round = 0;
        do {
            Page page = await(browser.page(ALL, after, 7, node.clock.now));
            page.items().forEach(item -> listed.add(item.username()));
            after = page.next();
            await(node.publisher.erase("goes%02d".formatted(round), TestRegistry.CLERK, Optional.empty()));
            node.publish("%c%d.comes".formatted('a' + random.nextInt(26), round));
            await(node.publisher.update(
                    person("stays%02d".formatted(random.nextInt(60)), "New " + round),
                    TestRegistry.CLERK,
                    Optional.empty()));
            round++;
        } while (after.isPresent());
        assertThat(listed).isSorted().doesNotHaveDuplicates();
        assertThat(listed)
                .containsAll(
                        IntStream.range(0, 60).mapToObj("stays%02d"::formatted).toList());
    }

    private UUID validUntil(IssuerLogFixture log, String username, long millis) {
        LogEntry.Opening opening = log.opening(username, "Somebody");
        UUID id = UUID.nameUUIDFromBytes(username.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        log.append(new Change.Published(id, opening.commitment(), Optional.of(millis)), Optional.of(opening));
        return id;
    }

    private static LogEntry bare(LogEntry entry) {
        return new LogEntry(entry.event(), Optional.empty());
    }

    private static Query prefix(String prefix) {
        return new Query(prefix, Optional.empty(), Optional.empty());
    }

    private static Query status(Status status) {
        return new Query("", Optional.empty(), Optional.of(status));
    }

    private List<String> usernames(Query query) {
        return browse(query, 3).stream().map(Listed::username).toList();
    }

    /** All pages one after the other, each as long as asked for except for the last. */
    private List<Listed> browse(Query query, int size) {
        List<Listed> listed = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        do {
            Page page = await(browser.page(query, after, size, node.clock.now));
            assertThat(page.items().size()).isLessThanOrEqualTo(size);
            assertThat(page.next().isEmpty() || page.items().size() == size).isTrue();
            listed.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return listed;
    }
}
