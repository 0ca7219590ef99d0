package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Answer.ProfileKey;
import dev.grapevine.node.registry.AppliedChange.Kind;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.trust.TrustLevel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookupMemoryTest {

    private static final IssuerId UNIVERSITY =
            new IssuerId(IssuerLogFixture.privateKey(1).publicKey());
    private static final IssuerId EMPLOYER =
            new IssuerId(IssuerLogFixture.privateKey(2).publicKey());
    private static final UUID ADA = new UUID(1, 1);
    private static final UUID BOB = new UUID(2, 2);
    private static final long NOW = 1_000;

    private final LookupMemory memory = new LookupMemory(4 * AnswerBytes.MIN_BYTES, 4);

    @Test
    void whatIsKeptIsAnswered() {
        Answer answer = keep("ada", UNIVERSITY, ADA);
        assertThat(memory.get("ada", NOW)).usingRecursiveComparison().isEqualTo(answer);
        assertThat(memory.get("bob", NOW)).isNull();
        assertThat(memory.hits()).isEqualTo(1);
        assertThat(memory.misses()).isEqualTo(1);
    }

    @Test
    void aChangeOfAProfileForgetsItsUsername() {
        keep("ada", UNIVERSITY, ADA);
        keep("bob", UNIVERSITY, BOB);
        change(UNIVERSITY, ADA, "ada");
        assertThat(memory.get("ada", NOW)).isNull();
        assertThat(memory.get("bob", NOW)).isNotNull();
    }

    @Test
    void aNewUsernameForgetsThatNobodyHadIt() {
        keep("ada", UNIVERSITY, null);
        change(UNIVERSITY, ADA, "ada");
        assertThat(memory.get("ada", NOW)).isNull();
    }

    @Test
    void aRenamedProfileIsForgottenUnderBothNames() {
        keep("ada", UNIVERSITY, ADA);
        keep("countess", UNIVERSITY, null);
        change(UNIVERSITY, ADA, "countess");
        assertThat(memory.get("ada", NOW)).isNull();
        assertThat(memory.get("countess", NOW)).isNull();
    }

    @Test
    void anErasedProfileHasNoNameAnyMoreAndIsForgottenAllTheSame() {
        keep("ada", UNIVERSITY, ADA);
        change(UNIVERSITY, ADA, null);
        assertThat(memory.get("ada", NOW)).isNull();
    }

    @Test
    void twoIssuersMayHaveOneProfileIdEach() {
        keep("ada", UNIVERSITY, ADA);
        keep("impostor", EMPLOYER, ADA);
        change(EMPLOYER, ADA, null);
        assertThat(memory.get("ada", NOW)).isNotNull();
        assertThat(memory.get("impostor", NOW)).isNull();
        change(UNIVERSITY, ADA, null);
        assertThat(memory.get("ada", NOW)).isNull();
    }

    @Test
    void anIssuersNewNameForgetsEverything() {
        keep("ada", UNIVERSITY, ADA);
        keep("bob", EMPLOYER, BOB);
        memory.forget(List.of(new AppliedChange(
                1, Kind.ISSUER_DESCRIBED, UNIVERSITY, Optional.empty(), Optional.empty(), 1, Instant.EPOCH)));
        assertThat(memory.size()).isZero();
        assertThat(memory.bytes()).isZero();
    }

    @Test
    void aNameReadAfterARenamingTakesTheProfileFromTheOldOne() {
        keep("ada", UNIVERSITY, ADA);
        keep("countess", UNIVERSITY, ADA); // read after the renaming was committed, before it was heard of
        assertThat(memory.get("ada", NOW)).isNull();
        change(UNIVERSITY, ADA, "countess");
        assertThat(memory.get("countess", NOW)).isNull();
        assertThat(memory.size()).isZero();
    }

    @Test
    void whatIsReadWhileAChangeBecomesKnownIsNotKept() {
        try (LookupMemory.Load byName = memory.load()) {
            change(UNIVERSITY, ADA, "ada");
            byName.keep("ada", answer(UNIVERSITY, null));
            byName.keep("bob", answer(UNIVERSITY, BOB));
        }
        assertThat(memory.get("ada", NOW)).isNull();
        assertThat(memory.get("bob", NOW)).isNotNull();
        try (LookupMemory.Load byProfile = memory.load()) {
            change(UNIVERSITY, ADA, null);
            byProfile.keep("ada", answer(UNIVERSITY, ADA));
        }
        assertThat(memory.get("ada", NOW)).isNull();
        try (LookupMemory.Load outdated = memory.load()) {
            memory.forgetAll();
            outdated.keep("bob", answer(UNIVERSITY, BOB));
        }
        assertThat(memory.get("bob", NOW)).isNull();
    }

    @Test
    void whatIsReadAfterTheChangeIsKept() {
        change(UNIVERSITY, ADA, "ada");
        keep("ada", UNIVERSITY, ADA);
        assertThat(memory.get("ada", NOW)).isNotNull();
    }

    @Test
    void anAnswerIsForgottenWhenTheClockLeavesItsTime() {
        Answer active =
                new Answer(new byte[10], "tag", 500, 2_000, List.of(new ProfileKey(UNIVERSITY, ADA)), Optional.empty());
        for (long outside : new long[] {499, 2_000}) {
            keep("ada", active);
            assertThat(memory.get("ada", 500)).isNotNull();
            assertThat(memory.get("ada", 1_999)).isNotNull();
            assertThat(memory.get("ada", outside)).isNull();
            assertThat(memory.get("ada", 1_999)).isNull();
        }
    }

    @Test
    void aPageOfManyIsNotKept() {
        Optional<Place> next = Optional.of(new Place(TrustLevel.KNOWN, UNIVERSITY));
        keep("ada", new Answer(new byte[10], "tag", 0, NOW + 1, List.of(new ProfileKey(UNIVERSITY, ADA)), next));
        assertThat(memory.get("ada", NOW)).isNull();
    }

    @Test
    void beyondItsBytesThoseReadLongestAgoGo() {
        int each = AnswerBytes.MIN_BYTES;
        LookupMemory small = new LookupMemory(2 * each, 3);
        for (int i = 0; i < 6; i++) {
            keep(small, "p" + i, answer(UNIVERSITY, new UUID(0, i)));
        }
        assertThat(small.size()).isEqualTo(6);
        assertThat(small.bytes()).isEqualTo(6L * each).isEqualTo(small.maxBytes());
        keep(small, "p6", answer(UNIVERSITY, new UUID(0, 6)));
        assertThat(small.size()).isEqualTo(5);
        assertThat(small.get("p0", NOW)).isNull();
        assertThat(small.get("p1", NOW)).isNull();
        assertThat(small.get("p2", NOW)).isNotNull();
        keep(small, "p2", answer(UNIVERSITY, new UUID(0, 2)));
        keep(small, "p7", answer(UNIVERSITY, new UUID(0, 7)));
        assertThat(small.get("p3", NOW)).isNull();
        assertThat(small.get("p2", NOW)).isNotNull();
        assertThat(small.bytes()).isEqualTo(small.maxBytes());
    }

    @Test
    void whatIsLargerThanABlockIsNotKept() {
        LookupMemory small = new LookupMemory(AnswerBytes.MIN_BYTES, 1);
        keep(small, "ada", answer(UNIVERSITY, ADA));
        byte[] large = new byte[AnswerBytes.MIN_BYTES + 1];
        keep(small, "big", new Answer(large, "tag", 0, NOW + 1, List.of(), Optional.empty()));
        assertThat(small.get("big", NOW)).isNull();
        assertThat(small.get("ada", NOW)).isNotNull();
    }

    @Test
    void withoutBytesNothingIsKept() {
        LookupMemory none = new LookupMemory(0);
        keep(none, "ada", answer(UNIVERSITY, ADA));
        assertThat(none.size()).isZero();
    }

    private Answer keep(String username, IssuerId issuer, @Nullable UUID profile) {
        Answer answer = answer(issuer, profile);
        keep(username, answer);
        return answer;
    }

    private void keep(String username, Answer answer) {
        keep(memory, username, answer);
    }

    private static void keep(LookupMemory memory, String username, Answer answer) {
        try (LookupMemory.Load load = memory.load()) {
            load.keep(username, answer);
        }
    }

    private static Answer answer(IssuerId issuer, @Nullable UUID profile) {
        List<ProfileKey> profiles = profile == null ? List.of() : List.of(new ProfileKey(issuer, profile));
        return new Answer(new byte[10], "tag", Long.MIN_VALUE, Long.MAX_VALUE, profiles, Optional.empty());
    }

    private void change(IssuerId issuer, UUID profile, @Nullable String username) {
        memory.forget(List.of(new AppliedChange(
                1, Kind.UPDATED, issuer, Optional.of(profile), Optional.ofNullable(username), 1, Instant.EPOCH)));
    }
}
