package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.Intake.Pulled;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.trust.ConfiguredTrustException;
import dev.grapevine.node.trust.TrustLevel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What follows from what an operator says of issuers, on all instances of a database. */
class TrustIT {

    private static final int EVENTS = 40;

    private final TestRegistry here = TestRegistry.onNewDatabase(1).start();
    private final TestRegistry there = new TestRegistry(here.url, 2, connections -> connections).start();
    private final IssuerLogFixture university = log(11);
    private final RemovedIssuers removed = new RemovedIssuers(here.transactions, here.clock);

    private static IssuerLogFixture log(int seed) {
        IssuerLogFixture log = new IssuerLogFixture(seed);
        log.describe("University " + seed);
        log.publish("ada");
        while (log.entries.size() < EVENTS) {
            log.publish("p" + seed + "x" + log.entries.size());
        }
        return log;
    }

    @AfterEach
    void close() {
        there.close();
        here.close();
    }

    private static void say(TestRegistry node, IssuerId issuer, TrustLevel level) {
        await(node.trust.set(issuer, level, CLERK));
    }

    private static List<IssuerId> issuers(List<Attestation> found) {
        return found.stream().map(Attestation::issuer).toList();
    }

    @Test
    void trustedIssuersAreListedFirstAndPagesGoOnAtTheirPlace() {
        List<IssuerId> all = new ArrayList<>();
        for (int seed = 11; seed < 16; seed++) {
            IssuerLogFixture log = log(seed);
            here.pull(log.entries);
            all.add(log.issuer);
        }
        all.sort(Comparator.comparing(IssuerId::did));
        IssuerId last = all.getLast();
        say(here, last, TrustLevel.TRUSTED);
        List<IssuerId> expected = new ArrayList<>(all);
        expected.addFirst(expected.removeLast());

        List<Attestation> found = here.lookup("ada");
        assertThat(issuers(found)).isEqualTo(expected);
        assertThat(found.getFirst().trust()).isEqualTo(TrustLevel.TRUSTED);
        assertThat(found.get(1).trust()).isEqualTo(TrustLevel.KNOWN);
        for (int i = 0; i < found.size(); i++) {
            Place place = new Place(found.get(i).trust(), found.get(i).issuer());
            assertThat(issuers(await(here.registry.lookup("ada", place)))).isEqualTo(expected.subList(i + 1, 5));
        }
        assertThat(await(there.registry.issuers(Optional.empty())).items())
                .filteredOn(known -> known.id().equals(last))
                .allMatch(known -> known.trust() == TrustLevel.TRUSTED);
    }

    @Test
    void ofABlockedIssuerNothingIsShownFromTheAnswerOn() {
        here.pull(university.entries);
        LookupMemory memory = new LookupMemory(1_000_000);
        ChangeWatch watch = new ChangeWatch(
                there.transactions,
                new Changes(there.transactions, TrustLevel.KNOWN),
                new SoleInstance(there.clock, System::nanoTime),
                memory);
        Lookups lookups = new Lookups(
                watch::catchUp,
                watch::isCaughtUp,
                memory,
                new AnswerReader(
                        there.registry,
                        (found, now) -> issuers(found).toString().getBytes(StandardCharsets.UTF_8),
                        there.clock),
                there.clock,
                new SimpleMeterRegistry());
        for (int round = 0; round < 20; round++) {
            here.pull(university.entries);
            assertThat(await(lookups.find("ada")).isKnown()).isTrue();
            say(here, university.issuer, round % 2 == 0 ? TrustLevel.BLOCKED : TrustLevel.TRUSTED);
            assertThat(await(lookups.find("ada")).isKnown()).isEqualTo(round % 2 == 1);
            say(here, university.issuer, TrustLevel.KNOWN);
        }
        await(watch.close().thenReturn(true));
    }

    @Test
    void blockingRemovesEverythingAndUnblockingLetsItBeFetchedAgain() {
        here.pull(university.entries);
        FrontierRefresh refresh = new FrontierRefresh(there.transactions, there.frontier);
        await(refresh.refresh().thenReturn(true));
        assertThat(there.log.frontier().head(university.issuer)).isPresent();

        say(here, university.issuer, TrustLevel.BLOCKED);
        assertThat(here.lookup("ada")).isEmpty();
        assertThat(here.range(university.issuer, 0)).isEmpty();
        assertThat(here.log.frontier().head(university.issuer)).isEmpty();
        await(refresh.refresh().thenReturn(true));
        assertThat(there.log.frontier().head(university.issuer)).isEmpty();
        assertThat(here.pull(university.entries)).isInstanceOf(Pulled.Declined.class);
        assertThat(await(here.findings.find(university.issuer, new byte[32], Set.of()))
                        .standing())
                .isEqualTo(Standing.BLOCKED_ISSUER);

        say(here, university.issuer, TrustLevel.KNOWN);
        assertThat(await(here.findings.find(university.issuer, new byte[32], Set.of()))
                        .standing())
                .isEqualTo(Standing.UNKNOWN_ISSUER);
        here.pull(university.entries);
        assertThat(issuers(here.lookup("ada"))).containsExactly(university.issuer);
        await(removed.clean().thenReturn(true));
        assertThat(issuers(here.lookup("ada"))).containsExactly(university.issuer);
        assertThat(here.range(university.issuer, 0)).hasSize(EVENTS);
        assertThat(here.count("SELECT count(*) FROM events WHERE issuer NOT IN (SELECT id FROM issuers)"))
                .isZero();
        assertThat(here.count("SELECT count(*) FROM profiles WHERE issuer NOT IN (SELECT id FROM issuers)"))
                .isZero();
        await(refresh.refresh().thenReturn(true));
        assertThat(there.log.frontier().head(university.issuer))
                .isEqualTo(here.log.frontier().head(university.issuer));
    }

    @Test
    void removalGoesInStepsAndAnotherInstanceGoesOnWithIt() {
        here.pull(university.entries);
        say(here, university.issuer, TrustLevel.BLOCKED);
        assertThat(await(removed.step())).isEqualTo(EVENTS);
        assertThat(here.count("SELECT count(*) FROM profiles WHERE issuer NOT IN (SELECT id FROM issuers)"))
                .isEqualTo(EVENTS - 1);
        await(new RemovedIssuers(there.transactions, there.clock).clean().thenReturn(true));
        assertThat(here.count("SELECT count(*) FROM profiles WHERE issuer NOT IN (SELECT id FROM issuers)"))
                .isZero();
        assertThat(here.count("SELECT count(*) FROM removed_issuers WHERE emptied_at IS NULL"))
                .isZero();
        assertThat(here.count("SELECT count(*) FROM removed_issuers")).isEqualTo(1);
        await(new Changes(here.transactions, TrustLevel.KNOWN).prune(0).thenReturn(true));
        await(removed.clean().thenReturn(true));
        assertThat(here.count("SELECT count(*) FROM removed_issuers")).isZero();
    }

    @Test
    void everyTableWithRowsOfIssuersIsEmptied() {
        List<String> tables = await(here.transactions
                .read(connection -> Flux.from(connection
                                .createStatement("SELECT table_name::text AS name FROM information_schema.columns"
                                        + " WHERE table_schema = 'public' AND column_name = 'issuer'"
                                        + " AND data_type = 'bigint'"
                                        + " AND table_name NOT IN ('changes', 'removed_issuers')")
                                .execute())
                        .concatMap(result -> result.map(row -> row.get("name", String.class))))
                .collectList());
        assertThat(RemovedIssuers.TABLES).containsExactlyInAnyOrderElementsOf(tables);
    }

    @Test
    void gossipOfABlockedIssuerIsForwardedAndNotKept() {
        say(here, university.issuer, TrustLevel.BLOCKED);
        assertThat(here.gossip(university.entries)).isEqualTo(Verdict.accept("declined"));
        List<LogEntry> forged = new ArrayList<>(university.entries);
        forged.set(
                EVENTS - 1,
                new LogEntry(IssuerLogFixture.spoilt(forged.getLast().event()), Optional.empty()));
        assertThat(here.gossip(forged).kind()).isEqualTo(Verdict.Kind.REJECT);
        assertThat(here.count("SELECT count(*) FROM events e JOIN issuers i ON i.id = e.issuer WHERE i.did = '"
                        + university.issuer.did() + "'"))
                .isZero();
    }

    @Test
    void whatAnInstanceHasNotHeardOfYetHoldsInItsTransactions() {
        say(here, university.issuer, TrustLevel.BLOCKED);
        IssuerLogFixture shop = log(12);
        say(here, shop.issuer, TrustLevel.TRUSTED);
        assertThat(there.trust.level(university.issuer)).isEqualTo(TrustLevel.KNOWN);
        assertThat(there.pull(university.entries)).isInstanceOf(Pulled.Declined.class);
        there.pull(shop.entries);
        assertThat(there.lookup("ada").getFirst().trust()).isEqualTo(TrustLevel.TRUSTED);
        assertThat(await(there.trustStore.use()).bytes()).isZero();
    }

    @Test
    void whatSettingsSayIsChangedByThemAlone() {
        here.pull(university.entries);
        IssuerId other = log(12).issuer;
        say(here, other, TrustLevel.TRUSTED);
        await(here.trustStore
                .configure(Map.of(university.issuer, TrustLevel.TRUSTED, other, TrustLevel.TRUSTED))
                .thenReturn(true));
        assertThat(here.lookup("ada").getFirst().trust()).isEqualTo(TrustLevel.TRUSTED);
        assertThat(await(here.trust.read(other)).configured()).isTrue();
        assertThatThrownBy(() -> say(here, university.issuer, TrustLevel.BLOCKED))
                .isInstanceOf(ConfiguredTrustException.class);
        await(here.trustStore.configure(Map.of()).thenReturn(true));
        assertThat(here.lookup("ada").getFirst().trust()).isEqualTo(TrustLevel.KNOWN);
        say(here, university.issuer, TrustLevel.BLOCKED);
        assertThat(here.lookup("ada")).isEmpty();
        await(here.trustStore
                .configure(Map.of(university.issuer, TrustLevel.TRUSTED))
                .thenReturn(true));
        assertThat(await(here.trust.read(university.issuer)).level()).isEqualTo(TrustLevel.TRUSTED);
    }

    @Test
    void eachChangeStandsInTheAuditAndNoChangeDoesNot() {
        await(here.trust.set(university.issuer, TrustLevel.TRUSTED, new Actor("key:operator")));
        await(here.trust.set(university.issuer, TrustLevel.TRUSTED, new Actor("key:operator")));
        assertThat(here.count("SELECT count(*) FROM audit WHERE action = 'trust.changed' AND actor = 'key:operator'"
                        + " AND detail = '" + university.issuer.did() + " trusted'"))
                .isEqualTo(1);
    }

    @Test
    void theStreamTellsThatTrustHasChangedAndNothingOfTheBlocked() {
        here.pull(university.entries);
        Changes changes = new Changes(here.transactions, TrustLevel.KNOWN);
        say(here, university.issuer, TrustLevel.BLOCKED);
        Changes.Since since = await(changes.since(0, 1_000));
        List<AppliedChange> ofUniversity = ((Changes.Since.Page) since)
                .changes().stream()
                        .filter(change -> change.issuer().equals(university.issuer))
                        .toList();
        assertThat(ofUniversity.stream().map(AppliedChange::kind).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(AppliedChange.Kind.HIDDEN, AppliedChange.Kind.TRUST_CHANGED);
        assertThat(ofUniversity.getLast().kind()).isEqualTo(AppliedChange.Kind.TRUST_CHANGED);
    }
}
