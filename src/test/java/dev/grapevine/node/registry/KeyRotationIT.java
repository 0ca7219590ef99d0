package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static dev.grapevine.node.registry.TestRegistry.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.credential.Check;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.profile.Change;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.PublishOutcome.Done;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An issuer's key is rotated; its log, its other instances, its old credentials and other nodes go on. */
class KeyRotationIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final TestRegistry other = TestRegistry.onNewDatabase(2).start();
    private final List<LogEntry> gossiped = new CopyOnWriteArrayList<>();
    private Disposable gossip;

    @BeforeEach
    void listen() {
        gossip = node.publisher
                .appended()
                .concatMapIterable(ProfileMessage::entries)
                .subscribe(gossiped::add);
    }

    @AfterEach
    void stop() {
        gossip.dispose();
        node.close();
        other.close();
    }

    private PublicKey key() {
        return node.keys.signingKey().publicKey();
    }

    private KeyTakeover rotate() {
        return await(node.publisher.rotateKey(key(), CLERK));
    }

    private byte[] publish(TestRegistry at, String username) {
        Done done = (Done) at.publish(username);
        return done.shown().orElseThrow().credential().orElseThrow();
    }

    private static VerificationResult verify(TestRegistry at, byte[] credential) {
        return await(new CredentialVerifier(at.clock, at.findings).verify(credential));
    }

    private static Check check(VerificationResult result, Check.Name name) {
        return result.checks().stream()
                .filter(check -> check.name() == name)
                .findFirst()
                .orElseThrow();
    }

    private void tellTheOther() {
        IssuerId issuer = node.identity.id();
        List<LogEntry> part = node.range(issuer, 0);
        while (!part.isEmpty()) {
            assertThat(other.pull(part)).isInstanceOf(Intake.Pulled.Applied.class);
            part = node.range(issuer, part.getLast().event().sequence() + 1);
        }
    }

    @Test
    void theNewKeySignsFromTheNextEventOnAndTheIdStays() {
        PublicKey first = key();
        node.publish("before");

        KeyTakeover rotation = rotate();
        node.publish("after");

        assertThat(rotation.isNew()).isTrue();
        assertThat(rotation.key()).isEqualTo(key()).isNotEqualTo(first);
        List<LogEntry> log = node.range(node.identity.id(), 0);
        assertThat(log)
                .extracting(entry -> entry.event().signer())
                .containsExactly(first, first, first, rotation.key());
        assertThat(log.get(2).event().event().change()).isInstanceOf(Change.KeyRotated.class);
        assertThat(log).extracting(entry -> entry.event().issuer()).containsOnly(node.identity.id());
        assertThat(gossiped).extracting(entry -> entry.event().sequence()).containsExactly(1L, 2L, 3L);
        assertThat(node.count("SELECT count(*) FROM audit WHERE action = 'issuer.key-rotated' AND actor = 'key:clerk'"
                        + " AND sequence = 2 AND detail = '" + DidKey.encode(rotation.key()) + "'"))
                .isEqualTo(1);
    }

    @Test
    void credentialsOfOldAndNewKeysVerifyHereAndOnOtherNodes() {
        byte[] before = publish(node, "before");
        rotate();
        byte[] between = publish(node, "between");
        rotate();
        byte[] after = publish(node, "after");
        tellTheOther();

        for (byte[] credential : List.of(before, between, after)) {
            assertThat(verify(node, credential).problems()).isEmpty();
            assertThat(verify(other, credential).problems()).isEmpty();
        }
    }

    @Test
    void whatAnOldKeyHasSignedAfterItsRotationDoesNotVerify() {
        PrivateKey old = node.keys.signingKey();
        rotate();
        Draft stolen = await(new TestRegistry(node.url, 1, connections -> connections)
                .publisher.prepare(person("stolen", "Stolen")));
        assertThat(stolen.credential().signer()).isEqualTo(old.publicKey());
        byte[] credential = stolen.credential().json();

        VerificationResult unknown = verify(node, credential);
        assertThat(check(unknown, Check.Name.REGISTRY).outcome()).isEqualTo(Check.Outcome.FAILED);
        assertThat(unknown.verified()).isFalse();

        // An issuer that publishes it all the same, after the rotation.
        tellTheOther();
        other.pull(List.of(afterTheHead(stolen)));
        VerificationResult inTheLog = verify(other, credential);
        assertThat(check(inTheLog, Check.Name.REGISTRY).outcome()).isEqualTo(Check.Outcome.PASSED);
        assertThat(check(inTheLog, Check.Name.ISSUER).detail()).contains("another key was in force");
        assertThat(inTheLog.verified()).isFalse();
    }

    private LogEntry afterTheHead(Draft draft) {
        LogHead head = node.frontier.head(node.identity.id()).orElseThrow();
        ProfileEvent event = new ProfileEvent(
                node.identity.id(),
                head.sequence() + 1,
                Optional.of(head.hash()),
                head.occurredAtMillis(),
                new Change.Published(UUID.randomUUID(), draft.opening().commitment(), Optional.empty()));
        return new LogEntry(
                SignedEvent.sign(event, node.keys.signingKey(), IssuerLogFixture.NETWORK),
                Optional.of(draft.opening()));
    }

    @Test
    void askedAgainItChangesNothing() {
        PublicKey first = key();
        KeyTakeover rotation = rotate();

        KeyTakeover again = await(node.publisher.rotateKey(first, CLERK));

        assertThat(again).isEqualTo(new KeyTakeover(rotation.key(), rotation.sequence(), false));
        rotate();
        assertThat(await(node.publisher.rotateKey(first, CLERK).hasElement())).isFalse();
        assertThat(await(node.publisher
                        .rotateKey(node.identity.recoveryKey(), CLERK)
                        .hasElement()))
                .isFalse();
        assertThat(node.range(node.identity.id(), 0)).hasSize(3);
    }

    @Test
    void draftsThatTheOldKeyHasSignedAreMadeAgain() {
        Draft draft = await(node.publisher.prepare(person("ada", "Ada")));
        rotate();

        PublishOutcome outcome = await(node.publisher.bring(draft, CLERK));

        assertThat(outcome).isInstanceOf(Done.class);
        byte[] credential = ((Done) node.publish("grace"))
                .shown()
                .orElseThrow()
                .credential()
                .orElseThrow();
        assertThat(verify(node, credential).problems()).isEmpty();
        assertThat(node.count("SELECT count(*) FROM credentials WHERE convert_from(json, 'UTF8') LIKE '%"
                        + DidKey.verificationMethod(key()) + "%'"))
                .isEqualTo(2);
    }

    @Test
    void publishingGoesOnWhileTheKeyIsRotated() {
        List<Mono<?>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(node.publisher.publish(person("p" + i, "Person " + i), CLERK, Optional.empty()));
            if (i % 50 == 25) {
                all.add(Mono.defer(() -> node.publisher.rotateKey(key(), CLERK)));
            }
        }
        Flux.merge(Flux.fromIterable(all), 64).then().block(TestRegistry.PATIENCE);

        tellTheOther();
        assertThat(other.frontier.head(node.identity.id())).isEqualTo(node.frontier.head(node.identity.id()));
        assertThat(other.frontier.head(node.identity.id())).isPresent();
        assertThat(node.count("SELECT count(*) FROM profiles")).isEqualTo(200);
        assertThat(node.count("SELECT count(*) FROM issuer_keys")).isPositive();
    }

    @Test
    void anInstanceWithoutTheNewKeyPublishesNothingUntilItHasIt() {
        try (TestRegistry second = new TestRegistry(node.url, 1, connections -> connections).start()) {
            second.publish("one");
            rotate();

            assertThatThrownBy(() -> second.publish("two"))
                    .isInstanceOf(IssuerKeyException.class)
                    .hasMessageContaining(DidKey.encode(key()));
            assertThatThrownBy(() -> await(second.publisher.rotateKey(key(), CLERK)))
                    .isInstanceOf(IssuerKeyException.class);

            second.keys.add(node.keys.signingKey());
            assertThat(verify(node, publish(second, "two")).problems()).isEmpty();
        }
    }

    @Test
    void aNodeThatStartsWithAnotherKeyThanTheLogsSignsNothing() {
        rotate();
        try (TestRegistry second = new TestRegistry(node.url, 1, connections -> connections)) {
            assertThatThrownBy(second::start).isInstanceOfSatisfying(IssuerKeyException.class, e -> {
                assertThat(e.waitingHelps()).isFalse();
                assertThat(e.remedy()).contains("issuer-key import").contains("issuer-key recover");
            });
        }
        assertThat(node.range(node.identity.id(), 0)).hasSize(2);
    }

    @Test
    void aRotatedKeyDoesNotBeginItsIssuersLogAnew() {
        PrivateKey next = node.keys.createNext();
        try (TestRegistry empty = TestRegistry.onNewDatabase(1)) {
            empty.keys.forget();
            empty.keys.add(next);

            assertThatThrownBy(empty::start)
                    .isInstanceOfSatisfying(
                            IssuerKeyException.class,
                            e -> assertThat(e.waitingHelps()).isTrue());
            assertThat(empty.count("SELECT count(*) FROM issuers")).isZero();
        }
    }

    @Test
    void aNodeThatDiedBetweenTheStepsGoesOnWithWhatTheLogSays() {
        // Died before the commit: the new key is there, the log knows nothing of it.
        node.keys.createNext();
        node.publish("one");
        // Died after the commit: the log says it, and the key in use is still the old one.
        PrivateKey old = node.keys.signingKey();
        KeyTakeover rotation = rotate();
        node.keys.inForce(old.publicKey());
        assertThat(key()).isEqualTo(old.publicKey());

        byte[] credential = publish(node, "two");

        assertThat(key()).isEqualTo(rotation.key());
        assertThat(verify(node, credential).problems()).isEmpty();
    }

    @Test
    void theKeysOfAnIssuerAreTold() {
        PublicKey first = key();
        for (int i = 0; i < Registry.PAGE; i++) {
            rotate();
        }
        tellTheOther();

        Registry.Keys page = await(other.registry.keys(node.identity.id(), 0));

        assertThat(page.keys()).hasSize(Registry.PAGE);
        assertThat(page.keys().getFirst())
                .isEqualTo(new IssuerKey(first, 0, OptionalLong.of(1), Optional.empty(), false));
        IssuerKey second = page.keys().get(1);
        assertThat(second.from()).isEqualTo(2);
        assertThat(second.to()).hasValue(2);
        assertThat(second.predecessor()).contains(first);
        assertThat(second.recovered()).isFalse();
        Registry.Keys rest =
                await(other.registry.keys(node.identity.id(), page.next().orElseThrow()));
        assertThat(rest.next()).isEmpty();
        assertThat(rest.keys()).singleElement().satisfies(last -> {
            assertThat(last.key()).isEqualTo(key());
            assertThat(last.to()).isEmpty();
            assertThat(last.predecessor()).contains(page.keys().getLast().key());
        });
    }
}
