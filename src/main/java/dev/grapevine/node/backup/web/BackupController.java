package dev.grapevine.node.backup.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.backup.Backup;
import dev.grapevine.node.backup.Restore;
import dev.grapevine.node.problem.ProblemType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.concurrent.Semaphore;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ContentDisposition;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each reads or writes everything, so there are few at a time. */
@RestController
@Tag(name = "Backup", description = "The whole node in one file.")
class BackupController {

    private static final int RETRY_AFTER_SECONDS = 30;

    /** Backups and restores at the same time, each with a connection to the database. */
    static final int MAX_AT_ONCE = 8;

    private final Semaphore places = new Semaphore(MAX_AT_ONCE);
    private final Backup backup;
    private final Restore restore;
    private final Audit audit;

    BackupController(Backup backup, Restore restore, Audit audit) {
        this.backup = backup;
        this.restore = restore;
        this.audit = audit;
    }

    @Schema(name = "Restored", description = "What was in the file and came back.")
    record Restored(
            @Schema(description = "In the file's logs; those that were held already count too.")
            long events,

            @Schema(description = "Of them not valid, or contradicting the log that is held.")
            long refusedEvents,

            @Schema(description = "Put back; only of versions that are current.")
            long credentials,

            @Schema(description = "API keys and entries of the audit that were put back.")
            long rows) {}

    @GetMapping(path = "/api/v1/backup", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    @Operation(operationId = "backUp", summary = "Take the whole node into one file", description = """
                    All logs with their bodies, as of one moment, the credentials that were issued here, the hashes of \
                    the API keys, and the audit. The node goes on meanwhile. The file holds personal data; the private keys of node and issuer are not in \
                    it (see ./grapevine issuer-key export).""")
    @ApiResponse(
            responseCode = "200",
            description = "The file. It is whole if the connection ended in order.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    Mono<Void> backUp(ServerHttpResponse response, Principal caller) {
        response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
        response.getHeaders()
                .setContentDisposition(ContentDisposition.attachment()
                        .filename("grapevine.backup")
                        .build());
        Flux<DataBuffer> file = admitted(backup.write()).map(response.bufferFactory()::wrap);
        return audit.record(new Actor(caller.getName()), "backup.made", null).then(response.writeWith(file));
    }

    @PostMapping(
            path = "/api/v1/restore",
            consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "restore",
            summary = "Bring a backup back",
            description = """
                    Into an empty node or one that has data: what is there stays, what was erased since the backup stays \
                    erased, and what does not verify is refused. The same file may be sent again.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.APPLICATION_OCTET_STREAM_VALUE,
                                            schema = @Schema(type = "string", format = "binary"))))
    @ApiResponse(responseCode = "200", description = "All of it was read.")
    @ApiResponse(
            responseCode = "400",
            description =
                    "It is no backup of this network, or is cut off or damaged; what came before that is restored.",
            content = @Content)
    Mono<Restored> restore(ServerHttpRequest request, Principal caller) {
        return Flux.from(admitted(restore.read(request.getBody().map(BackupController::bytes))))
                .single()
                .onErrorMap(MalformedException.class, BackupController::unreadable)
                .flatMap(result -> audit.record(new Actor(caller.getName()), "backup.restored", null)
                        .thenReturn(new Restored(
                                result.events(), result.refusedEvents(), result.credentials(), result.rows())));
    }

    private <T> Flux<T> admitted(Publisher<T> work) {
        return Flux.using(
                () -> {
                    if (!places.tryAcquire()) {
                        throw overloaded();
                    }
                    return places;
                },
                admitted -> work,
                Semaphore::release);
    }

    private static ErrorResponseException overloaded() {
        return ProblemType.OVERLOADED.exception(
                MAX_AT_ONCE + " backups or restores are under way already; try again when one is over.",
                RETRY_AFTER_SECONDS);
    }

    private static Throwable unreadable(MalformedException error) {
        return ProblemType.UNREADABLE_BODY.exception("The backup cannot be read: " + error.getMessage() + ".");
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
