package dev.grapevine.node.registry.web;

import dev.grapevine.node.registry.OverloadedException;
import dev.grapevine.node.registry.Publisher;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Whole rosters, streamed in and out. */
@RestController
@Tag(name = "Profiles")
class ImportController {

    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";

    /** Results are flushed together, but none waits longer than this. */
    private static final Duration FLUSH_AFTER = Duration.ofMillis(10);

    private static final int FLUSH_RESULTS = 256;

    /** Imports at the same time, each of which holds some thousand lines; further ones are told to come back. */
    static final int MAX_IMPORTS = 8;

    private final AtomicInteger underWay = new AtomicInteger();
    private final Counter refused;
    private final RosterImport rosters;
    private final JsonMapper json;

    ImportController(Publisher publisher, Clock clock, JsonMapper json, MeterRegistry meters) {
        Gauge.builder("grapevine.imports", underWay, AtomicInteger::get)
                .description("Rosters that are being imported")
                .register(meters);
        Gauge.builder("grapevine.imports.limit", () -> MAX_IMPORTS)
                .description("Rosters: how many may be imported at once; beyond, they are refused")
                .register(meters);
        this.refused = Counter.builder("grapevine.imports.refused")
                .description("Rosters that were refused, for too many were being imported")
                .register(meters);
        this.rosters = new RosterImport(publisher, new ProfileReader(clock));
        this.json = json;
    }

    @PostMapping(
            path = "/api/v1/profiles/import",
            consumes = {NDJSON, CSV},
            produces = NDJSON)
    @Operation(
            operationId = "importProfiles",
            summary = "Publish a whole roster",
            description = """
                    One person a line, any number of lines. A new username is published, other content is a new version, \
                    the same content is unchanged; a bad line is an error and stops nothing. At most 8 rosters are taken at once. One result line a person, in \
                    the roster's order, each after its commit: what was answered is never lost. Read the answer while \
                    you send: the node reads no faster than you do. A line has at most 64 KiB. In CSV the first line \
                    names the columns: username, displayName, subject, evidence, visibility, validUntil, claims.NAME and \
                    publicClaims.NAME; all values are text.""",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = NDJSON,
                                        schema =
                                                @Schema(
                                                        type = "string",
                                                        contentMediaType = NDJSON,
                                                        contentSchema = Requests.Publish.class),
                                        examples = @ExampleObject(Requests.NDJSON_EXAMPLE)),
                                @Content(
                                        mediaType = CSV,
                                        schema = @Schema(type = "string"),
                                        examples = @ExampleObject(Requests.CSV_EXAMPLE))
                            }))
    @ApiResponse(
            responseCode = "200",
            description = "One line of JSON for each person.",
            content =
                    @Content(
                            mediaType = NDJSON,
                            schema =
                                    @Schema(
                                            type = "string",
                                            format = "binary",
                                            contentMediaType = NDJSON,
                                            contentSchema = ImportResult.class)))
    @ApiResponse(responseCode = "400", description = "The CSV header is not right.", content = @Content)
    Mono<Void> importRoster(ServerHttpRequest request, ServerHttpResponse response, Principal caller) {
        MediaType type = request.getHeaders().getContentType();
        boolean csv = type != null && type.isCompatibleWith(MediaType.parseMediaType(CSV));
        response.getHeaders().setContentType(MediaType.parseMediaType(NDJSON));
        Flux<RosterLine> lines = csv ? csv(bytes(request)) : ndjson(bytes(request));
        Flux<DataBuffer> results = Flux.using(
                        () -> admit(),
                        admitted -> Flux.deferContextual(
                                chain -> rosters.run(lines, ProfileController.actor(caller, chain))),
                        admitted -> underWay.decrementAndGet())
                .map(result -> json.writeValueAsBytes(result))
                .bufferTimeout(FLUSH_RESULTS, FLUSH_AFTER, true)
                .map(some -> join(response, some))
                .onErrorMap(RegistryProblems::of);
        return response.writeAndFlushWith(results.map(Mono::just));
    }

    private int admit() {
        int imports = underWay.incrementAndGet();
        if (imports > MAX_IMPORTS) {
            underWay.decrementAndGet();
            refused.increment();
            throw new OverloadedException();
        }
        return imports;
    }

    private static Flux<byte[]> bytes(ServerHttpRequest request) {
        return request.getBody().map(buffer -> {
            byte[] bytes = new byte[buffer.readableByteCount()];
            buffer.read(bytes);
            DataBufferUtils.release(buffer);
            return bytes;
        });
    }

    private static Flux<RosterLine> ndjson(Flux<byte[]> bytes) {
        return pieces(bytes, false)
                .map(piece -> piece.tooLong()
                        ? RosterLine.bad(piece.number(), "longer than " + RecordSplitter.MAX_RECORD_BYTES + " bytes")
                        : new RosterLine(piece.number(), () -> ProfileReader.object(piece.bytes())));
    }

    private static Flux<RosterLine> csv(Flux<byte[]> bytes) {
        return Flux.defer(() -> {
            CsvRoster roster = new CsvRoster();
            return pieces(bytes, true).mapNotNull(roster::read);
        });
    }

    private static Flux<RecordSplitter.Piece> pieces(Flux<byte[]> bytes, boolean quotes) {
        return Flux.defer(() -> {
            RecordSplitter splitter = new RecordSplitter(quotes);
            Flux<List<RecordSplitter.Piece>> pieces =
                    bytes.map(splitter::accept).concatWith(Mono.fromSupplier(splitter::end));
            return pieces.concatMapIterable(Function.identity(), 1);
        });
    }

    private static DataBuffer join(ServerHttpResponse response, List<byte[]> lines) {
        int length = lines.stream().mapToInt(line -> line.length + 1).sum();
        DataBuffer buffer = response.bufferFactory().allocateBuffer(length);
        lines.forEach(line -> buffer.write(line).write((byte) '\n'));
        return buffer;
    }
}
