package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.profile.RunVerdict.Authentic;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeyRotationTest {

    private final RunVerifier verifier = new RunVerifier(IssuerLogFixture.NETWORK);
    private final IssuerLogFixture log = new IssuerLogFixture(1);
    private final PrivateKey newKey = IssuerLogFixture.privateKey(2);
    private final PrivateKey stranger = IssuerLogFixture.privateKey(3);

    @BeforeEach
    void begin() {
        log.describe("University");
        log.publish("ada");
    }

    @Test
    void theNewKeySignsFromTheNextEventOn() {
        log.rotate(newKey, log.inceptionKey);
        log.publish("bob");
        Optional<LogKeys> after = authenticate(4);
        assertThat(after.orElseThrow().current()).isEqualTo(newKey.publicKey());
        log.appendSigned(new Change.Unknown(99), Optional.empty(), log.inceptionKey);
        assertThat(authenticate(5)).isEmpty();
    }

    @Test
    void theRecoveryKeyMayRotate() {
        log.rotate(newKey, log.recoveryKey);
        log.publish("bob");
        assertThat(authenticate(4).orElseThrow().current()).isEqualTo(newKey.publicKey());
    }

    @Test
    void theRecoveryKeyMayDoNothingElse() {
        log.appendSigned(new Change.Unknown(99), Optional.empty(), log.recoveryKey);
        assertThat(authenticate(3)).isEmpty();
    }

    @Test
    void aLaterDescriptionDoesNotChangeTheRecoveryKey() {
        log.append(
                new Change.IssuerDescribed(
                        "Thief", Optional.empty(), Hash.of(stranger.publicKey().encoded())),
                Optional.empty());
        log.rotate(newKey, stranger);
        assertThat(authenticate(4)).isEmpty();
    }

    @Test
    void aStrangerDoesNotRotateEvenInsideARun() {
        log.rotate(newKey, stranger);
        log.publish("bob");
        assertThat(authenticate(4)).isEmpty();
    }

    @Test
    void aRotationNeedsTheNewKeysOwnSignatureForThisPlace() {
        byte[] elsewhere = KeyRotation.sign(
                newKey,
                IssuerLogFixture.NETWORK,
                log.issuer,
                9,
                log.entries.getLast().event().hash());
        log.append(new Change.KeyRotated(newKey.publicKey(), elsewhere), Optional.empty());
        assertThat(authenticate(3)).isEmpty();
    }

    @Test
    void behindAGapAnUnknownKeyIsNotJudged() {
        log.rotate(newKey, log.inceptionKey);
        log.publish("bob");
        log.publish("cyd");
        assertThat(verifier.judge(Optional.of(log.headAfter(2)), log.run(3, 5), IssuerLogFixture.NOON))
                .isInstanceOf(RunVerdict.Unjudged.class);
        assertThat(verifier.judge(Optional.of(log.headAfter(2)), log.run(2, 5), IssuerLogFixture.NOON))
                .isInstanceOf(Authentic.class);
    }

    private Optional<LogKeys> authenticate(int events) {
        return verifier.authenticate(log.run(0, events), LogKeys.ofUnknown(log.issuer));
    }
}
