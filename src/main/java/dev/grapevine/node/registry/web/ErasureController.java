package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.Erasures;
import dev.grapevine.node.registry.Erasures.PeerReceipt;
import dev.grapevine.node.registry.Erasures.Receipt;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Receipts for erasures. */
@RestController
@Tag(name = "Profiles")
class ErasureController {

    /** Beneath it stand the receipts, by profile id. */
    static final String PATH = "/api/v1/erasures/";

    private final Erasures erasures;

    ErasureController(Erasures erasures) {
        this.erasures = erasures;
    }

    @Schema(name = "ErasureReceipt", description = "What became of an erasure. Holds no personal data.")
    record View(
            @Schema(format = "uuid") String profileId,

            @Schema(description = "In whose log the erasure stands: this node's issuer.")
            String issuer,

            Instant erasedAt,

            @Schema(description = "Of the erasure in the issuer's log.")
            long sequence,

            @Schema(description = "Peers that hold the log up to the erasure, and so have erased; seen last first.")
            List<Acknowledged> acknowledged,

            @Schema(description = "Peers that were not seen to hold the log so far; seen last first.")
            List<Outstanding> outstanding,

            @Schema(description = "Whether there may be further peers: the node remembers 1,000, for 90 days.")
            boolean morePeers) {

        static View of(Receipt receipt) {
            return new View(
                    receipt.profileId().toString(),
                    receipt.issuer().did(),
                    receipt.erasedAt(),
                    receipt.sequence(),
                    receipt.peers().stream()
                            .flatMap(peer -> peer.acknowledgedAt().map(at -> Acknowledged.of(peer, at)).stream())
                            .toList(),
                    receipt.peers().stream()
                            .filter(peer -> peer.acknowledgedAt().isEmpty())
                            .map(Outstanding::of)
                            .toList(),
                    receipt.morePeers());
        }
    }

    @Schema(name = "AcknowledgedErasure")
    record Acknowledged(
            String peerId,

            @Schema(description = "When this node first saw it, which is later than it was.")
            Instant at) {

        static Acknowledged of(PeerReceipt peer, Instant at) {
            return new Acknowledged(peer.peer().toString(), at);
        }
    }

    @Schema(name = "OutstandingErasure")
    record Outstanding(
            String peerId,

            @Schema(description = "How far it holds the log, at least; null if it has shown nothing of it.") @Nullable
            Long holds,

            @Schema(description = "When this node last compared with it.")
            Instant lastSeenAt) {

        static Outstanding of(PeerReceipt peer) {
            return new Outstanding(peer.peer().toString(), peer.holds().orElse(null), peer.lastSeenAt());
        }
    }

    @GetMapping(path = PATH + "{profileId}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "readErasure", summary = "Read the receipt for an erasure", description = """
                    Which peers have seen that this node's issuer has erased a profile, and which have not yet. A node that \
                    holds the log up to the erasure has deleted body and salt and takes them from nobody any more. It is learnt when \
                    frontiers are compared, which takes a few minutes; and peers are believed what they say.""")
    @ApiResponse(responseCode = "200", description = "The receipt, as of now.")
    @ApiResponse(
            responseCode = "404",
            description = "This node's issuer has erased no profile of that id.",
            content = @Content)
    Mono<View> receipt(@PathVariable @Parameter(schema = @Schema(types = "string", format = "uuid")) String profileId) {
        return Mono.fromSupplier(() -> UUID.fromString(profileId))
                .onErrorComplete(IllegalArgumentException.class)
                .flatMap(erasures::receipt)
                .map(View::of)
                .switchIfEmpty(Mono.error(RegistryProblems::neverErased));
    }
}
