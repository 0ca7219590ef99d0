package dev.grapevine.node.challenge.web;

import dev.grapevine.node.challenge.NodeChallenges;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Challenges, by the VC-API. */
@RestController
@Tag(name = "Credentials")
class ChallengeController {

    private final NodeChallenges challenges;

    ChallengeController(NodeChallenges challenges) {
        this.challenges = challenges;
    }

    /** What the VC-API answers. */
    @Schema(name = "CreateChallengeResponse", description = "A challenge.")
    record ChallengeResponse(
            @Schema(description = "What the holder is to make the presentation over.")
            String challenge) {}

    @PostMapping(path = "/challenges", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "createChallenge", summary = "A challenge for a holder", description = """
                    For ten minutes and one presentation: give it to the holder, and to /presentations/verify as options.challenge, which \
                    takes it once, on whichever instance, and refuses a presentation that somebody shows again.""")
    @ApiResponse(responseCode = "200", description = "A new challenge.")
    ResponseEntity<ChallengeResponse> create() {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new ChallengeResponse(challenges.make()));
    }
}
