package dev.grapevine.node.credential.web;

import dev.grapevine.node.credential.Vocabulary;
import dev.grapevine.node.credential.jsonld.JsonLd;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.time.Duration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the words of profile credentials mean: the same files on every node, beneath paths that stay. */
@RestController
@Tag(name = "Credentials")
class VocabularyController {

    private static final String JSON_LD = "application/ld+json";
    private static final Duration MAX_AGE = Duration.ofDays(1);

    private final byte[] context = JsonLd.bundledContext(Vocabulary.PROFILE).orElseThrow();
    private final byte[] vocabulary;

    VocabularyController() throws IOException {
        vocabulary = new ClassPathResource("vocabularies/profile.json").getContentAsByteArray();
    }

    @GetMapping(path = "/vocabularies/profile", produces = JSON_LD)
    @Operation(
            operationId = "profileVocabulary",
            summary = "The words of profile credentials",
            description = "The vocabulary https://w3id.org/grapevine/profile, as JSON-LD.")
    @ApiResponse(
            responseCode = "200",
            description = "The vocabulary.",
            content = @Content(mediaType = JSON_LD, schema = @Schema(type = "object")))
    ResponseEntity<byte[]> vocabulary() {
        return answer(vocabulary);
    }

    @GetMapping(path = "/vocabularies/profile/v1", produces = JSON_LD)
    @Operation(
            operationId = "profileContext",
            summary = "The JSON-LD context of profile credentials",
            description =
                    "What credentials name as https://w3id.org/grapevine/profile/v1. It never changes, so that verifiers keep a copy.")
    @ApiResponse(
            responseCode = "200",
            description = "The context.",
            content = @Content(mediaType = JSON_LD, schema = @Schema(type = "object")))
    ResponseEntity<byte[]> context() {
        return answer(context);
    }

    private static ResponseEntity<byte[]> answer(byte[] json) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.maxAge(MAX_AGE).cachePublic())
                .body(json);
    }
}
