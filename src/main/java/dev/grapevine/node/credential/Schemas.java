package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.FetchCache.Fetched;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The schemas that credentials name: from memory, or fetched; one that a credential holds is verified. */
final class Schemas {

    /** A schema that was withdrawn or replaced is used no longer than this. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** Of all schemas that are kept. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    /** How much more than its text a schema takes when it was read. */
    private static final int BYTES_IN_MEMORY = 16;

    private final RemoteDocuments documents;
    private final InstantSource clock;
    private final Function<JsonNode, Mono<VerifiedDocument>> verify;
    private final FetchCache<Found> cache;

    /**
     * What was found.
     *
     * @param document as it came, over which digests are
     */
    record Found(byte[] document, JsonNode schema) {}

    /** What was found is not what it must be. */
    static final class UnsoundException extends RuntimeException {
        UnsoundException(String message) {
            super(message);
        }
    }

    /** @param verify verifies a credential that holds a schema, with its status, but not its schema */
    Schemas(RemoteDocuments documents, InstantSource clock, Function<JsonNode, Mono<VerifiedDocument>> verify) {
        this.documents = documents;
        this.clock = clock;
        this.verify = verify;
        this.cache = new FetchCache<>(clock, MAX_BYTES);
    }

    /** The schema of an entry, whatever its digests; fails with {@link UnavailableException} or {@link UnsoundException}. */
    Mono<Found> get(SchemaEntry entry) {
        return entry.inCredential()
                ? cache.get("credential " + entry.url(), () -> fetchCredential(entry.url()))
                : cache.get("schema " + entry.url(), () -> fetchSchema(entry.url()));
    }

    private Mono<Fetched<Found>> fetchSchema(String url) {
        Instant asked = clock.instant();
        return documents.get(URI.create(url)).map(bytes -> {
            try {
                JsonNode schema = CredentialJson.parse(bytes);
                Jcs.requireIJson(schema);
                return fetched(new Found(bytes, schema), asked.plus(MAX_AGE));
            } catch (MalformedException e) {
                throw new UnsoundException("the schema " + url + ": " + e.getMessage());
            }
        });
    }

    private Mono<Fetched<Found>> fetchCredential(String url) {
        Instant asked = clock.instant();
        return documents
                .get(URI.create(url))
                .flatMap(bytes -> verify.apply(credential(url, bytes))
                        .map(verified -> new Found(bytes, schema(url, verified)))
                        .map(found -> fetched(found, asked.plus(MAX_AGE))));
    }

    private static Fetched<Found> fetched(Found found, Instant until) {
        return new Fetched<>(found, (long) found.document.length * BYTES_IN_MEMORY, until);
    }

    private static JsonNode credential(String url, byte[] bytes) {
        try {
            return VerifiedDocument.read(bytes);
        } catch (MalformedException e) {
            throw new UnsoundException("what is found at " + url + " is no credential: " + e.getMessage());
        }
    }

    private static JsonNode schema(String url, VerifiedDocument verified) {
        VerificationResult result = verified.result();
        if (!result.verified()) {
            throw new UnsoundException("the credential " + url + " that holds the schema is not sound: "
                    + result.problems().getFirst().detail());
        }
        result.checks().stream()
                .filter(check -> check.outcome() == Check.Outcome.UNAVAILABLE)
                .forEach(check -> {
                    throw new UnavailableException(check.detail());
                });
        List<String> misfits = SchemaCredential.misfits(verified.document());
        if (!misfits.isEmpty()) {
            throw new UnsoundException("the credential " + url + " holds no schema: " + String.join("; ", misfits));
        }
        // another credential of the same issuer must not pass for it
        if (verified.document().has("id")
                && !ModelRules.isText(verified.document().path("id"), url)) {
            throw new UnsoundException("what is found at " + url + " is another credential");
        }
        return SchemaCredential.schema(verified.document());
    }
}
