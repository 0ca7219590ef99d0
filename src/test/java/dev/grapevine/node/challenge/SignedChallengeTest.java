package dev.grapevine.node.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedChallengeTest {

    private static final Instant EXPIRES = Instant.parse("2026-05-01T10:10:00Z");

    private final SignedChallenge form = new SignedChallenge(new byte[] {1});

    @Test
    void knowsItsOwnAgain() {
        String challenge = form.make(new byte[16], EXPIRES);

        assertThat(form.expires(challenge)).contains(EXPIRES);
        assertThat(new SignedChallenge(new byte[] {1}).expires(challenge)).contains(EXPIRES);
        assertThat(form.make(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, EXPIRES))
                .isNotEqualTo(challenge);
    }

    @Test
    void knowsNoOthers() {
        String challenge = form.make(new byte[16], EXPIRES);

        assertThat(new SignedChallenge(new byte[] {2}).expires(challenge)).isEmpty();
        for (int i = 0; i < challenge.length(); i++) {
            String changed =
                    challenge.substring(0, i) + (challenge.charAt(i) == 'A' ? 'B' : 'A') + challenge.substring(i + 1);
            assertThat(form.expires(changed)).as(changed).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "grapevine-",
                "grapevine-u",
                "grapevine-uAAAA",
                "grapevine-z1",
                "6e62f66e-67de-11eb-b490-ef3eeefa55f2"
            })
    void takesAnyTextForAnothers(String challenge) {
        assertThat(form.expires(challenge)).isEmpty();
    }
}
