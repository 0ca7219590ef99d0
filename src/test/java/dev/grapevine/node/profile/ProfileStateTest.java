package dev.grapevine.node.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProfileStateTest {

    private final IssuerLogFixture log = new IssuerLogFixture(1);
    private UUID id;

    @BeforeEach
    void publish() {
        log.describe("University");
        id = log.publish("ada");
    }

    @Test
    void anUpdateIsTheNewVersion() {
        log.update(id, "ada", "Ada Lovelace");
        assertThat(state()).hasValueSatisfying(state -> {
            assertThat(state.publishedSequence()).isEqualTo(1);
            assertThat(state.versionSequence()).isEqualTo(2);
        });
    }

    @Test
    void revokedIsFinal() {
        log.revoke(id);
        log.update(id, "ada", "Ada Lovelace");
        log.append(new Change.Revoked(id, Optional.of("again")), Optional.empty());
        assertThat(state()).hasValueSatisfying(state -> {
            assertThat(state.versionSequence()).isEqualTo(1);
            assertThat(state.revoked()).hasValue(2);
            assertThat(state.revocationReason()).contains("left");
        });
    }

    @Test
    void erasedIsFinal() {
        log.erase(id);
        log.update(id, "ada", "Ada Lovelace");
        log.revoke(id);
        log.erase(id);
        assertThat(state()).hasValueSatisfying(state -> {
            assertThat(state.erased()).hasValue(2);
            assertThat(state.versionSequence()).isEqualTo(1);
            assertThat(state.revoked()).isEmpty();
        });
    }

    @Test
    void changesOfAProfileThatNeverWasHaveNoEffect() {
        IssuerLogFixture other = new IssuerLogFixture(2);
        other.describe("Other");
        other.update(id, "ada", "Ada");
        other.revoke(id);
        other.erase(id);
        Optional<ProfileState> state = Optional.empty();
        for (LogEntry entry : other.entries) {
            state = ProfileState.apply(state, entry.event().event());
        }
        assertThat(state).isEmpty();
    }

    private Optional<ProfileState> state() {
        Optional<ProfileState> state = Optional.empty();
        for (LogEntry entry : log.entries) {
            state = ProfileState.apply(state, entry.event().event());
        }
        return state;
    }
}
