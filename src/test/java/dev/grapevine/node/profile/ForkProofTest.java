package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForkProofTest {

    private final RunVerifier verifier = new RunVerifier(IssuerLogFixture.NETWORK);
    private final IssuerLogFixture log = new IssuerLogFixture(1);
    private IssuerLogFixture branch;

    @BeforeEach
    void writeTwoHistoriesThatPartAtTwo() {
        log.describe("University");
        log.publish("ada");
        branch = log.branch(2, 77);
        for (int i = 2; i < 5; i++) {
            log.publish("person" + i);
            branch.publish("other" + i);
        }
    }

    @Test
    void twoEventsWithOneSequenceAndOneEventBeforeThemAreAProof() {
        ForkProof proof = proof(log.statement(2), branch.statement(2));
        assertThat(proof.sequence()).isEqualTo(2);
        assertThat(proof.previous()).contains(log.entries.get(1).event().hash());
        assertThat(proof.isAuthentic(keysAt(2), verifier)).isTrue();
        assertThat(proof.isFinal()).isFalse();
    }

    @Test
    void isTheSameWhicheverOfTheTwoWasSeenFirst() {
        ForkProof proof = proof(log.statement(2), branch.statement(2));
        assertThat(proof(branch.statement(2), log.statement(2)).encode()).isEqualTo(proof.encode());
        assertThat(ForkProof.decode(proof.encode()).encode()).isEqualTo(proof.encode());
    }

    @Test
    void aForkOfTheVeryFirstEventIsOneToo() {
        IssuerLogFixture twin = new IssuerLogFixture(1);
        twin.describe("Another name");
        ForkProof proof = proof(log.statement(0), twin.statement(0));
        assertThat(proof.previous()).isEmpty();
        assertThat(proof.isAuthentic(LogKeys.ofUnknown(log.issuer), verifier)).isTrue();
        assertThat(proof.isFinal()).isFalse();
    }

    @Test
    void twoBeginningsWithTwoRecoveryKeysAreBeyondRecovery() {
        IssuerLogFixture thief = log.branch(0, 78);
        thief.append(
                new Change.IssuerDescribed("University", Optional.empty(), Hash.of(new byte[] {1})), Optional.empty());
        assertThat(proof(log.statement(0), thief.statement(0)).isFinal()).isTrue();
    }

    @Test
    void oneEventTwiceIsNone() {
        assertNone(log.statement(2), log.statement(2));
    }

    @Test
    void oneEventInTwoEnvelopesIsNone() {
        SignedEvent spoilt = IssuerLogFixture.spoilt(log.entries.get(2).event());
        assertNone(log.statement(2), new BranchStatement(List.of(), List.of(spoilt)));
    }

    @Test
    void twoSequencesAreNone() {
        assertNone(log.statement(2), branch.statement(3));
    }

    @Test
    void twoEventsAboveTheForkAreNone() {
        assertNone(log.statement(3), branch.statement(3));
    }

    @Test
    void twoIssuersAreNone() {
        IssuerLogFixture other = new IssuerLogFixture(2);
        other.describe("Other");
        assertNone(log.statement(0), other.statement(0));
    }

    @Test
    void halfAProofIsNone() {
        byte[] whole = proof(log.statement(2), branch.statement(2)).encode();
        byte[] half = IssuerLogFixture.truncated(whole, whole.length / 2);
        assertThatThrownBy(() -> ForkProof.decode(half)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> ForkProof.decode(new byte[0])).isInstanceOf(MalformedException.class);
    }

    @Test
    void whatTheKeyInForceHasNotSignedIsForged() {
        IssuerLogFixture forged = log.branch(2, 79);
        forged.appendSigned(new Change.Unknown(99), Optional.empty(), IssuerLogFixture.privateKey(7));
        assertForged(forged.statement(2));
        SignedEvent spoilt = IssuerLogFixture.spoilt(branch.entries.get(2).event());
        assertForged(new BranchStatement(List.of(), List.of(spoilt)));
    }

    @Test
    void whatWasSignedForAnotherNetworkIsForged() {
        ForkProof proof = proof(log.statement(2), branch.statement(2));
        assertThat(proof.isAuthentic(keysAt(2), new RunVerifier("other"))).isFalse();
    }

    @Test
    void aSpoiltSignatureIsVouchedForByALaterOne() {
        List<SignedEvent> chain = new ArrayList<>(branch.run(2, 4).events());
        chain.set(0, IssuerLogFixture.spoilt(chain.get(0)));
        BranchStatement statement =
                BranchStatement.of(List.of(), chain.iterator(), verifier).orElseThrow();
        assertThat(statement.chain()).hasSize(2);
        assertThat(proof(log.statement(2), statement).isAuthentic(keysAt(2), verifier))
                .isTrue();
    }

    @Test
    void nothingVouchesForAnEventWithoutARightSignatureAfterIt() {
        SignedEvent spoilt = IssuerLogFixture.spoilt(branch.entries.get(4).event());
        assertThat(BranchStatement.of(List.of(), List.of(spoilt).iterator(), verifier))
                .isEmpty();
    }

    @Test
    void fitsIntoOneGossipMessageAtItsLongest() {
        ForkProof proof = proof(longest(log.branch(2, 80), 1), longest(log.branch(2, 81), 2));
        ProfileMessage message = new ProfileMessage(proof);
        byte[] encoded = message.encode();
        assertThat(encoded.length)
                .isBetween(2 * (ProfileLimits.MAX_STATEMENT_BYTES - ProfileLimits.MAX_EVENT_BYTES), 64 * 1024);
        assertThat(ProfileMessage.decode(encoded).encode()).isEqualTo(encoded);
    }

    @Test
    void refusesAStatementBeyondTheLimit() {
        IssuerLogFixture longer = log.branch(2, 80);
        int fits = longest(longer, 1).chain().size();
        assertThatThrownBy(() -> new BranchStatement(
                        List.of(), longer.run(2, 2 + fits + 1).events()))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aMessageIsEitherARunOrAProof() {
        ForkProof proof = proof(log.statement(2), branch.statement(2));
        assertThatThrownBy(() -> new ProfileMessage(log.entries, Optional.of(proof)))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new ProfileMessage(List.of(), Optional.empty()))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aStatementBehindRotationsIsCheckedAlongThem() {
        IssuerLogFixture rotated = log.branch(2, 82);
        SignedEvent rotation =
                rotated.rotate(IssuerLogFixture.privateKey(5), log.inceptionKey).event();
        SignedEvent stated =
                rotated.append(new Change.Unknown(99), Optional.empty()).event();
        BranchStatement statement = new BranchStatement(List.of(rotation), List.of(stated));
        assertThat(statement.isAuthentic(2, keysAt(2), verifier)).isTrue();
        assertThat(BranchStatement.decode(statement.encode()).encode()).isEqualTo(statement.encode());
        assertThat(new BranchStatement(List.of(), List.of(stated)).isAuthentic(2, keysAt(2), verifier))
                .isFalse();
        assertThat(statement.isAuthentic(3, keysAt(2), verifier)).isFalse();
    }

    @Test
    void refusesMoreRotationsThanTheLimit() {
        List<SignedEvent> rotations = Collections.nCopies(
                ProfileLimits.MAX_STATEMENT_ROTATIONS + 1, log.entries.get(1).event());
        assertThatThrownBy(() -> new BranchStatement(rotations, log.run(2, 3).events()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("rotations");
    }

    private BranchStatement longest(IssuerLogFixture writer, int salt) {
        while (true) {
            writer.append(new Change.Revoked(new UUID(salt, writer.entries.size()), reason()), Optional.empty());
            try {
                new BranchStatement(
                        List.of(), writer.run(2, writer.entries.size()).events());
            } catch (MalformedException beyond) {
                return new BranchStatement(
                        List.of(), writer.run(2, writer.entries.size() - 1).events());
            }
        }
    }

    private static Optional<String> reason() {
        return Optional.of("x".repeat(ProfileLimits.MAX_REASON_BYTES));
    }

    private LogKeys keysAt(int sequence) {
        return log.headAfter(sequence).keys();
    }

    private static ForkProof proof(BranchStatement one, BranchStatement other) {
        return new ForkProof(one, other);
    }

    private static void assertNone(BranchStatement one, BranchStatement other) {
        assertThatThrownBy(() -> new ForkProof(one, other)).isInstanceOf(MalformedException.class);
    }

    private void assertForged(BranchStatement forged) {
        assertThat(proof(log.statement(2), forged).isAuthentic(keysAt(2), verifier))
                .isFalse();
    }
}
