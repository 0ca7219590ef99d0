package dev.grapevine.node.registry;

import dev.grapevine.node.registry.PublishBatch.Decision;
import dev.grapevine.node.registry.PublishOutcome.Done;
import dev.grapevine.node.registry.PublishOutcome.Shown;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Says what was decided to those who wait, while the transaction is still open: what they are told can commit with it. */
final class PublishAnswers {

    private final IssuerRow issuer;
    private final Instant now;
    private final Map<UUID, Shown> read;
    private final IdentityHashMap<PublishRequest, PublishOutcome> outcomes = new IdentityHashMap<>();
    private final List<OnceRecords.Row> records = new ArrayList<>();

    private PublishAnswers(IssuerRow issuer, Instant now, Map<UUID, Shown> read) {
        this.issuer = issuer;
        this.now = now;
        this.read = read;
    }

    /** The profiles that are to be shown and of which the batch itself does not know enough. */
    static Set<UUID> toRead(List<PublishRequest> requests, List<Decision> decisions) {
        Set<UUID> profiles = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            if (decisions.get(i) instanceof Decision.Changed changed
                    && changed.version().isEmpty()
                    && requests.get(i).command().showsProfile()) {
                profiles.add(changed.profileId());
            }
        }
        return profiles;
    }

    /**
     * Answers every request of a batch.
     *
     * @param read those of {@link #toRead}, as they are after the batch was written
     * @param erased the profiles that the batch erases
     */
    static PublishAnswers of(
            List<PublishRequest> requests,
            List<Decision> decisions,
            IssuerRow issuer,
            Instant now,
            Map<UUID, Shown> read,
            Set<UUID> erased) {
        PublishAnswers answers = new PublishAnswers(issuer, now, read);
        for (int i = 0; i < requests.size(); i++) {
            answers.answer(requests.get(i), decisions.get(i), erased);
        }
        return answers;
    }

    /** Writes what is to be answered to repetitions. */
    Mono<Void> writeRecords(PostgresqlConnection connection) {
        return OnceRecords.write(connection, issuer.id(), records, now);
    }

    private void answer(PublishRequest request, Decision decision, Set<UUID> erased) {
        switch (decision) {
            case Decision.Stale stale -> {
                // GroupCommit has it made again
            }
            case Decision.Refused refused -> outcomes.put(request, new PublishOutcome.Refused(refused.reason()));
            case Decision.Repeated repeated -> outcomes.put(request, new PublishOutcome.Repeated(repeated.answer()));
            case Decision.SameAs same -> outcomes.put(request, repeated(request, outcomeOf(same.first())));
            case Decision.Changed changed -> {
                Done done = done(request, changed);
                outcomes.put(request, done);
                boolean erasure = request.command() instanceof PublishCommand.Erase;
                if (erasure || !erased.contains(changed.profileId())) {
                    request.once().ifPresent(once -> records.add(record(once, done, erasure)));
                }
            }
        }
    }

    /** An erasure's record leads to nobody: it outlives the person. */
    private static OnceRecords.Row record(Once once, Done done, boolean erasure) {
        return new OnceRecords.Row(once, once.answer().apply(done), erasure ? null : done.profileId());
    }

    private static PublishOutcome repeated(PublishRequest request, PublishOutcome first) {
        return first instanceof Done done
                ? new PublishOutcome.Repeated(
                        request.once().orElseThrow().answer().apply(done))
                : first;
    }

    private Done done(PublishRequest request, Decision.Changed changed) {
        Optional<Shown> shown = changed.version()
                .map(this::shown)
                .or(() -> Optional.ofNullable(read.get(changed.profileId())))
                .filter(there -> request.command().showsProfile());
        return new Done(changed.effect(), changed.profileId(), changed.sequence(), shown);
    }

    /** As a look into the database would show it. */
    private Shown shown(PublishBatch.Version version) {
        Attestation attestation = Attestation.of(
                issuer.issuer(),
                issuer.name(),
                issuer.trust(),
                version.row().state(),
                Optional.of(version.draft().body()),
                Instant.ofEpochMilli(now.toEpochMilli()),
                Optional.empty(),
                version.eventHash(),
                issuer.forks().frozenAt());
        return new Shown(attestation, Optional.of(version.draft().credential().json()));
    }

    /** What becomes of a request of the batch. */
    PublishOutcome outcomeOf(PublishRequest request) {
        @Nullable PublishOutcome outcome = outcomes.get(request);
        if (outcome == null) {
            throw new IllegalStateException("not a request of this batch");
        }
        return outcome;
    }
}
