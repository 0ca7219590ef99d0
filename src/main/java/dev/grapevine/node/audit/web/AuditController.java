package dev.grapevine.node.audit.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.audit.AuditEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@Tag(name = "Audit", description = "Who has changed what on this node.")
class AuditController {

    /** The most entries of one page. */
    private static final int MAX_LIMIT = 1_000;

    /** Text that can stand in a column. */
    private static final String TEXT = "[^\\p{Cntrl}]{1,320}";

    private final Audit audit;

    AuditController(Audit audit) {
        this.audit = audit;
    }

    @Schema(name = "AuditEntry", description = "One change.")
    record Entry(
            long id,
            Instant at,

            @Schema(description = "Who: a key, an OAuth2 subject, or node.", example = "key:3f9a2c71")
            String actor,

            @Schema(example = "profile.published") String action,

            @Schema(description = "In whose log the event stands; null where there is none.") @Nullable
            String issuer,

            @Schema(description = "Of that event in the log.") @Nullable
            Long sequence,

            @Schema(description = "Of the profile that the event is about.") @Nullable
            UUID profileId,

            @Nullable String detail,

            @Schema(description = "Of the request, as logs and traces have it.") @Nullable
            String correlationId) {

        static Entry of(Audit.Recorded recorded) {
            AuditEntry entry = recorded.entry();
            AuditEntry.Event event = entry.event();
            return new Entry(
                    recorded.id(),
                    entry.at(),
                    entry.actor().name(),
                    entry.action(),
                    event == null ? null : event.issuer(),
                    event == null ? null : event.sequence(),
                    event == null ? null : event.profileId(),
                    entry.detail(),
                    entry.actor().correlationId());
        }
    }

    @Schema(name = "AuditPage")
    record Page(
            List<Entry> entries,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "The cursor of the next page, if there is one.")
            @Nullable
            Long next) {}

    @GetMapping(path = "/api/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "readAudit", summary = "Read who has changed what", description = """
                    From the newest to the oldest. Recorded are changes, in the transaction that made them; a request that \
                    was refused, or that found everything so already, has changed nothing. No personal data: a profile's \
                    id stands here, never its username.""")
    @ApiResponse(responseCode = "200", description = "A page, which may be empty.")
    @ApiResponse(responseCode = "400", description = "A parameter is malformed.", content = @Content)
    Mono<Page> read(
            @RequestParam(required = false) @Min(1) @Parameter(description = "next of the page before.") @Nullable
                    Long cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(MAX_LIMIT) int limit,
            @RequestParam(required = false) @Pattern(regexp = TEXT) @Parameter(description = "Only theirs.") @Nullable
                    String actor,
            @RequestParam(required = false)
                    @Pattern(regexp = TEXT)
                    @Parameter(description = "Only such, for example profile.erased.")
                    @Nullable
                    String action) {
        OptionalLong before = cursor == null ? OptionalLong.empty() : OptionalLong.of(cursor);
        return audit.page(before, Optional.ofNullable(actor), Optional.ofNullable(action), limit + 1)
                .map(Entry::of)
                .collectList()
                .map(found -> found.size() > limit
                        ? new Page(found.subList(0, limit), found.get(limit - 1).id())
                        : new Page(found, null));
    }
}
