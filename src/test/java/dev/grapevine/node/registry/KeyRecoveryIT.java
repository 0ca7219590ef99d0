package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.keys.DidKey;
import dev.grapevine.keys.IssuerFiles;
import dev.grapevine.keys.RecoveryKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.VerificationResult;
import dev.grapevine.node.identity.IssuerKeyException;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.SignedEvent;
import dev.grapevine.node.registry.KeyRecovery.Prepared;
import dev.grapevine.node.registry.KeyRecovery.RefusedException;
import dev.grapevine.node.registry.PublishOutcome.Done;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An issuer's key is lost or stolen, and the recovery key puts another in its place. */
class KeyRecoveryIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();
    private final TestRegistry other = TestRegistry.onNewDatabase(2).start();

    @TempDir
    private Path directory;

    private RecoveryKey recoveryKey;

    @BeforeEach
    void fetchTheRecoveryKeyFromItsSafe() {
        recoveryKey = recoveryKey(IssuerLogFixture.privateKey(-1));
    }

    private RecoveryKey recoveryKey(PrivateKey key) {
        IssuerFiles files = new IssuerFiles(directory.resolve("issuer.key"), Optional.empty(), new SecureRandom());
        files.recovery().replace(key);
        return new RecoveryKey(files.recovery());
    }

    @AfterEach
    void stop() {
        node.close();
        other.close();
    }

    private Prepared prepare(OptionalLong at) {
        return await(node.recovery.prepare(at));
    }

    private SignedEvent sign(RecoveryKey key, Prepared prepared) {
        return SignedEvent.decode(key.sign(order(prepared), prepared.payload()));
    }

    private static RecoveryKey.Order order(Prepared prepared) {
        return new RecoveryKey.Order(
                prepared.network(), prepared.issuer().did(), prepared.sequence(), DidKey.encode(prepared.newKey()));
    }

    private KeyTakeover recover(OptionalLong at) {
        return await(node.recovery.recover(sign(recoveryKey, prepare(at)), CLERK));
    }

    private byte[] publish(String username) {
        return ((Done) node.publish(username))
                .shown()
                .orElseThrow()
                .credential()
                .orElseThrow();
    }

    private long head() {
        return node.frontier.head(node.identity.id()).orElseThrow().sequence();
    }

    private static VerificationResult verify(TestRegistry at, byte[] credential) {
        return await(new CredentialVerifier(at.clock, at.findings).verify(credential));
    }

    private void tellTheOther(long from) {
        List<LogEntry> part = node.range(node.identity.id(), from);
        other.pull(part);
    }

    @Test
    void whatAStolenKeyHasSignedAfterThePositionIsOfNoEffect() {
        byte[] good = publish("good");
        long last = head();
        PublicKey stolen = node.keys.signingKey().publicKey();
        byte[] bad = publish("bad");
        node.publish("worse");
        tellTheOther(0);
        assertThat(verify(other, bad).verified()).isTrue();

        KeyTakeover takeover = recover(OptionalLong.of(last));
        byte[] after = publish("after");
        tellTheOther(last + 1);

        assertThat(takeover.sequence()).isEqualTo(last + 1);
        assertThat(takeover.key()).isEqualTo(node.keys.signingKey().publicKey()).isNotEqualTo(stolen);
        for (TestRegistry at : List.of(node, other)) {
            assertThat(verify(at, good).problems()).isEmpty();
            assertThat(verify(at, after).problems()).isEmpty();
            assertThat(verify(at, bad).verified()).isFalse();
            assertThat(at.lookup("bad")).isEmpty();
            Registry.Keys keys = await(at.registry.keys(node.identity.id(), 0));
            assertThat(keys.keys()).extracting(IssuerKey::key).containsExactly(stolen, takeover.key());
            assertThat(keys.keys().getLast().recovered()).isTrue();
            assertThat(keys.keys().getFirst().to()).hasValue(last + 1);
        }
        assertThat(node.count(
                        "SELECT count(*) FROM audit WHERE action = 'issuer.key-recovered' AND actor = 'key:clerk'"))
                .isEqualTo(1);
    }

    @Test
    void theThiefsOwnRotationFallsToo() {
        node.publish("good");
        long last = head();
        await(node.publisher.rotateKey(node.keys.signingKey().publicKey(), CLERK));
        byte[] bad = publish("bad");
        tellTheOther(0);

        KeyTakeover takeover = recover(OptionalLong.of(last));
        tellTheOther(last + 1);

        for (TestRegistry at : List.of(node, other)) {
            assertThat(verify(at, bad).verified()).isFalse();
            assertThat(await(at.registry.keys(node.identity.id(), 0)).keys())
                    .extracting(IssuerKey::key)
                    .containsExactly(node.identity.id().inception(), takeover.key());
        }
    }

    @Test
    void anIssuerThatHasLostItsKeyGoesOn() {
        byte[] before = publish("before");
        node.keys.forget();

        KeyTakeover takeover = recover(OptionalLong.empty());

        assertThat(takeover.isNew()).isTrue();
        assertThat(verify(node, before).problems()).isEmpty();
        assertThat(verify(node, publish("after")).problems()).isEmpty();
    }

    @Test
    void doneTwiceItChangesNothing() {
        SignedEvent signed = sign(recoveryKey, prepare(OptionalLong.empty()));
        KeyTakeover first = await(node.recovery.recover(signed, CLERK));

        KeyTakeover second = await(node.recovery.recover(signed, CLERK));

        assertThat(second).isEqualTo(new KeyTakeover(first.key(), first.sequence(), false));
        assertThat(head()).isEqualTo(first.sequence());
    }

    @Test
    void anotherKeyIsNotTheRecoveryKey() {
        PublicKey before = node.keys.signingKey().publicKey();
        SignedEvent forged = sign(recoveryKey(IssuerLogFixture.privateKey(77)), prepare(OptionalLong.empty()));

        assertThatThrownBy(() -> await(node.recovery.recover(forged, CLERK)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not signed by the issuer's recovery key");
        node.publish("still");
        assertThat(node.keys.signingKey().publicKey()).isEqualTo(before);
    }

    @Test
    void aKeyThatIsNotKeptHereDoesNotTakeOver() {
        SignedEvent signed = sign(recoveryKey, prepare(OptionalLong.empty()));
        PrivateKey current = node.keys.signingKey();
        node.keys.forget();
        node.keys.add(current);

        assertThatThrownBy(() -> await(node.recovery.recover(signed, CLERK)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("not here any more");
    }

    @Test
    void aPlaceThatTheLogDoesNotHaveIsRefused() {
        assertThatThrownBy(() -> prepare(OptionalLong.of(99)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("no event 99");
        try (TestRegistry empty = TestRegistry.onNewDatabase(1)) {
            assertThatThrownBy(() -> await(empty.recovery.prepare(OptionalLong.empty())))
                    .isInstanceOf(IssuerKeyException.class);
        }
    }

    @Test
    void theRecoveryKeySignsNothingElseThanItWasTold() {
        Prepared prepared = prepare(OptionalLong.empty());
        RecoveryKey.Order right = order(prepared);
        String another = DidKey.encode(IssuerLogFixture.privateKey(9).publicKey());

        for (RecoveryKey.Order wrong : List.of(
                new RecoveryKey.Order(right.network(), another, right.sequence(), right.newKey()),
                new RecoveryKey.Order(right.network(), right.issuer(), right.sequence() + 1, right.newKey()),
                new RecoveryKey.Order(right.network(), right.issuer(), right.sequence(), another))) {
            assertThatThrownBy(() -> recoveryKey.sign(wrong, prepared.payload()))
                    .isInstanceOf(MalformedException.class);
        }
        byte[] published =
                node.range(node.identity.id(), 0).getFirst().event().event().encode();
        assertThatThrownBy(() -> recoveryKey.sign(right, published)).isInstanceOf(MalformedException.class);
    }
}
