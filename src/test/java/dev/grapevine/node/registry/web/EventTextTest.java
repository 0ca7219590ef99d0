package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.AppliedChange;
import dev.grapevine.node.registry.AppliedChange.Kind;
import dev.grapevine.node.registry.ChangeFeed.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventTextTest {

    private static final IssuerId ISSUER =
            new IssuerId(IssuerLogFixture.privateKey(1).publicKey());
    private static final IssuerId OTHER =
            new IssuerId(IssuerLogFixture.privateKey(2).publicKey());
    private static final UUID ADA = new UUID(1, 2);
    private static final Instant AT = Instant.parse("2026-11-20T12:00:00Z");

    private final EventText all = new EventText(JsonMapper.shared(), Optional.empty());
    private final EventText ofOne = new EventText(JsonMapper.shared(), Optional.of(ISSUER));

    @Test
    void aChangeIsAnEventWithItsIdAndKind() {
        assertThat(all.of(new Step.Applied(List.of(change(7, ISSUER, Kind.PUBLISHED, "ada")))))
                .isEqualTo("event: published\ndata: {\"change\":\"published\",\"issuer\":\"" + ISSUER.did()
                        + "\",\"profileId\":\"" + ADA + "\",\"username\":\"ada\",\"sequence\":3,\"at\":\"" + AT
                        + "\"}\nid: 7\n\n");
    }

    @Test
    void anErasedProfileHasNoName() {
        assertThat(all.of(new Step.Applied(List.of(change(7, ISSUER, Kind.ERASED, null)))))
                .startsWith("event: erased\n")
                .doesNotContain("username");
    }

    @Test
    void changesThatAreNotAskedForMoveTheIdOn() {
        List<AppliedChange> changes = List.of(
                change(7, OTHER, Kind.PUBLISHED, "bob"),
                change(8, ISSUER, Kind.BODY_ARRIVED, "ada"),
                change(9, OTHER, Kind.REVOKED, "bob"));
        assertThat(ofOne.of(new Step.Applied(changes)))
                .startsWith("event: body-arrived\n")
                .endsWith("\nid: 8\n\nid: 9\n\n")
                .doesNotContain("bob");
        assertThat(ofOne.of(new Step.Applied(changes.subList(0, 2)))).endsWith("\nid: 8\n\n");
    }

    @Test
    void whatIsNoChangeMovesTheIdToo() {
        assertThat(EventText.opening(5)).isEqualTo("retry: 2000\nid: 5\n\n");
        assertThat(all.of(new Step.Quiet(5))).isEqualTo(": quiet\nid: 5\n\n");
        assertThat(all.of(new Step.Forgotten(5))).isEqualTo("event: reset\ndata: {\"position\":5}\nid: 5\n\n");
    }

    private static AppliedChange change(long id, IssuerId issuer, Kind kind, @Nullable String username) {
        return new AppliedChange(id, kind, issuer, Optional.of(ADA), Optional.ofNullable(username), 3, AT);
    }
}
