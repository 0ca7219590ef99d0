package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.AppliedChange;
import dev.grapevine.node.registry.ChangeFeed.Step;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Changes in the event stream format (HTML Living Standard, section 9.2 Server-sent events). A block that has an id and no
 * data is no event: it only moves the id that the reader comes back with.
 */
final class EventText {

    /** How long a reader waits before it comes back. */
    static final int RETRY_MILLIS = 2_000;

    private final JsonMapper json;
    private final Optional<IssuerId> issuer;

    /** @param issuer only the changes of this one; empty for all */
    EventText(JsonMapper json, Optional<IssuerId> issuer) {
        this.json = json;
        this.issuer = issuer;
    }

    @Schema(name = "Change", description = "The data of an event.")
    record View(
            @Schema(
                    allowableValues = {
                        "issuer-described",
                        "issuer-forked",
                        "issuer-recovered",
                        "published",
                        "updated",
                        "revoked",
                        "erased",
                        "body-arrived",
                        "trust-changed"
                    })
            String change,

            @Schema(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
            String issuer,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "Absent where it concerns the issuer itself.")
            @Nullable
            UUID profileId,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(
                    description =
                            "As it is when the event is sent; absent while it is not known, and once the profile is erased.",
                    example = "ada")
            @Nullable
            String username,

            @Schema(description = "Of the event in the issuer's log.")
            long sequence,

            @Schema(description = "When it was applied here.")
            Instant at) {

        static View of(AppliedChange change) {
            return new View(
                    change.kind().text(),
                    change.issuer().did(),
                    change.profileId().orElse(null),
                    change.username().orElse(null),
                    change.sequence(),
                    change.at());
        }
    }

    /** What a stream begins with: the id is known before the first event, so that nothing is lost if none comes. */
    static String opening(long position) {
        return "retry: " + RETRY_MILLIS + "\n" + id(position);
    }

    String of(Step step) {
        return switch (step) {
            case Step.Applied applied -> events(applied);
            case Step.Quiet quiet -> ": quiet\n" + id(quiet.position());
            case Step.Forgotten forgotten ->
                "event: reset\ndata: {\"position\":" + forgotten.position() + "}\n" + id(forgotten.position());
        };
    }

    private String events(Step.Applied applied) {
        StringBuilder text = new StringBuilder();
        boolean lastIsSent = false;
        for (AppliedChange change : applied.changes()) {
            lastIsSent = change.kind() != AppliedChange.Kind.HIDDEN
                    && (issuer.isEmpty() || issuer.get().equals(change.issuer()));
            if (lastIsSent) {
                text.append("event: ")
                        .append(change.kind().text())
                        .append("\ndata: ")
                        .append(json.writeValueAsString(View.of(change)))
                        .append('\n')
                        .append(id(change.id()));
            }
        }
        return lastIsSent
                ? text.toString()
                : text.append(id(applied.position())).toString();
    }

    private static String id(long id) {
        return "id: " + id + "\n\n";
    }
}
