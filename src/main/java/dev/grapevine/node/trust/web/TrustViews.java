package dev.grapevine.node.trust.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.grapevine.node.trust.Admission.Reason;
import dev.grapevine.node.trust.IssuerTrust;
import dev.grapevine.node.trust.TrustLevel;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Trust and admission, as they stand in JSON. */
final class TrustViews {

    private TrustViews() {}

    @Schema(name = "WantedTrust")
    record Wanted(
            @Schema(
                    requiredMode = Schema.RequiredMode.REQUIRED,
                    allowableValues = {"trusted", "known", "blocked"})
            String level) {}

    @Schema(name = "Trust", description = "How much an issuer counts on this node.")
    record Trust(
            @Schema(example = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
            String issuer,

            @Schema(allowableValues = {"trusted", "known", "blocked"})
            String level,

            @Schema(description = "Whether the node's settings say so, where alone it can be changed.")
            boolean configured,

            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Schema(description = "When it was said; absent where nobody has said anything.")
            @Nullable
            Instant changedAt) {

        static Trust of(IssuerTrust trust) {
            return new Trust(
                    trust.issuer().did(),
                    trust.level().text(),
                    trust.configured(),
                    trust.changedAt().orElse(null));
        }
    }

    @Schema(name = "Admission", description = "What issuers that are not trusted may take up, and do.")
    record Admission(
            @Schema(
                    description = "Whose profiles are shown: everybody's, or those of trusted issuers.",
                    allowableValues = {"known", "trusted"})
            String admission,

            @Schema(description = "Issuers that are not trusted and have a log here.")
            long issuers,

            @Schema(description = "How many there may be.") long maxIssuers,

            @Schema(description = "What was ever taken in of them, with what rows cost beside events.")
            long bytes,

            @Schema(description = "How much may be taken in of all of them.")
            long maxBytes,

            @Schema(description = "How much may be taken in of each.")
            long maxIssuerBytes,

            @Schema(description = "Runs of events that were declined since the node started, by why.")
            Declined declined) {

        static Admission of(dev.grapevine.node.trust.Admission admission) {
            boolean all = admission.leastShown() == TrustLevel.KNOWN;
            return new Admission(
                    (all ? TrustLevel.KNOWN : TrustLevel.TRUSTED).text(),
                    admission.use().issuers(),
                    admission.quotas().issuers(),
                    admission.use().bytes(),
                    admission.quotas().bytes(),
                    admission.quotas().issuerBytes(),
                    new Declined(
                            admission.declined(Reason.BLOCKED),
                            admission.declined(Reason.ISSUERS),
                            admission.declined(Reason.ISSUER_BYTES),
                            admission.declined(Reason.BYTES)));
        }
    }

    @Schema(name = "DeclinedRuns")
    record Declined(
            @Schema(description = "Of blocked issuers.") long blocked,

            @Schema(description = "For there are as many issuers as may be.")
            long issuers,

            @Schema(description = "For the issuer has used up what one may.")
            long issuerBytes,

            @Schema(description = "For all of them have used up what they may.")
            long bytes) {}
}
