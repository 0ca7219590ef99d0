package dev.grapevine.node.registry.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.InvalidClaimsException;
import dev.grapevine.node.registry.PublishOutcome;
import dev.grapevine.node.registry.web.InvalidFieldsException.Violation;
import dev.grapevine.node.sql.SqlErrors;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of one line of a roster. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "ImportResult", description = "What became of one line of a roster; one line of NDJSON.")
record ImportResult(
        @Schema(description = "The line in the roster, from 1.")
        long line,

        @Schema(description = "Absent where the line could not be read that far.") @Nullable
        String username,

        @Schema(allowableValues = {"published", "updated", "unchanged", "error"})
        String status,

        @Schema(description = "Of the event that says so in the issuer's log.") @Nullable
        Long sequence,

        @Schema(description = "What is wrong, for people.") @Nullable
        String error,

        @ArraySchema(
                arraySchema = @Schema(description = "What is wrong, field by field."),
                schema = @Schema(ref = "#/components/schemas/Violation"))
        @Nullable
        List<Violation> errors) {

    private static final Logger LOG = LoggerFactory.getLogger(ImportResult.class);

    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(5);
    private static final AtomicLong NEXT_WARNING_NANOS = new AtomicLong(System.nanoTime());

    static ImportResult of(long line, String username, PublishOutcome outcome) {
        return switch (outcome) {
            case PublishOutcome.Done done ->
                new ImportResult(
                        line, username, done.effect().name().toLowerCase(Locale.ROOT), done.sequence(), null, null);
            case PublishOutcome.Repeated repeated -> throw new IllegalStateException("a line has no Idempotency-Key");
            case PublishOutcome.Refused refused ->
                error(
                        line,
                        username,
                        String.valueOf(RegistryProblems.refused(refused.reason(), username)
                                .getBody()
                                .getDetail()));
        };
    }

    /** The line failed; the others go on. */
    static ImportResult failed(long line, @Nullable String username, Throwable error) {
        return switch (error) {
            case InvalidFieldsException e -> invalid(line, username, e.violations());
            case InvalidClaimsException e -> invalid(line, username, List.of(RegistryProblems.violation(e)));
            case MalformedException e -> invalid(line, username, List.of(RegistryProblems.violation(e)));
            default -> {
                warn(line, error);
                yield error(
                        line,
                        username,
                        (SqlErrors.isDiskFull(error)
                                        ? "the disk of the node's database is full"
                                        : "could not be committed")
                                + "; import the roster again");
            }
        };
    }

    /** An outage fails every line of a roster; the log is told now and then, or it would fill the disk. */
    private static void warn(long line, Throwable error) {
        long now = System.nanoTime();
        long next = NEXT_WARNING_NANOS.get();
        if (now - next >= 0 && NEXT_WARNING_NANOS.compareAndSet(next, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.warn("Line {} of a roster, perhaps others too, could not be committed: {}", line, error.toString());
        }
        LOG.debug("Line {} of a roster could not be committed", line, error);
    }

    private static ImportResult invalid(long line, @Nullable String username, List<Violation> violations) {
        Violation first = violations.getFirst();
        String where = first.pointer().isEmpty() ? "" : first.pointer() + " ";
        return new ImportResult(line, username, "error", null, where + first.detail(), violations);
    }

    private static ImportResult error(long line, @Nullable String username, String detail) {
        return new ImportResult(line, username, "error", null, detail, null);
    }
}
