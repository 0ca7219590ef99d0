package dev.grapevine.node.credential;

import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import dev.grapevine.node.credential.Schemas.Found;
import dev.grapevine.node.credential.Schemas.UnsoundException;
import dev.grapevine.node.credential.jsonschema.JsonSchemas;
import dev.grapevine.node.credential.jsonschema.Verdict;
import dev.grapevine.node.problem.ProblemType;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks that a credential is as the schemas want it that its {@code credentialSchema} names (vc-json-schema). Its outcomes:
 * success is passed and failure is failed; indeterminate is a failure too, or unavailable where the caller tolerates that.
 */
final class SchemaCheck extends EntryCheck {

    private final Schemas schemas;
    private final JsonSchemas jsonSchemas;
    private final Scheduler scheduler;

    /** @param scheduler for schemas that take longer than an event loop should */
    SchemaCheck(Schemas schemas, JsonSchemas jsonSchemas, Scheduler scheduler) {
        super(Check.Name.SCHEMA, "credentialSchema");
        this.schemas = schemas;
        this.jsonSchemas = jsonSchemas;
        this.scheduler = scheduler;
    }

    @Override
    Problem unavailable(String detail) {
        return Problem.own(ProblemType.SCHEMA_UNAVAILABLE, detail);
    }

    @Override
    Mono<Finding> find(JsonNode json, ObjectNode credential) {
        // VCDM 2.0 section 4.11: how a credential is checked is for the specification of the type to say
        if (!SchemaEntry.isEntry(json)) {
            return Mono.just(new Finding.PassedOver("this node applies no schemas of the type " + json.path("type")));
        }
        ModelRules rules = new ModelRules(Optional.empty());
        Optional<SchemaEntry> read = SchemaEntry.read(json, credential, rules);
        if (read.isEmpty()) {
            return Mono.just(new Finding.Bad(rules.problems().getFirst()));
        }
        SchemaEntry entry = read.get();
        if (entry.url().equals(SchemaCredential.OWN_SCHEMA)) {
            return Mono.fromCallable(() -> judgeSchemaCredential(credential)).subscribeOn(scheduler);
        }
        return schemas.get(entry)
                .publishOn(scheduler)
                .map(found -> judge(entry, found, credential))
                .onErrorResume(UnsoundException.class, e -> Mono.just(unsound(String.valueOf(e.getMessage()))))
                .onErrorResume(
                        UnavailableException.class,
                        e -> Mono.just(new Finding.Unavailable(String.valueOf(e.getMessage()))));
    }

    /** Section 4.1: first that it is the schema that was meant, then what it says. */
    private Finding judge(SchemaEntry entry, Found found, ObjectNode credential) {
        if (!entry.digests().stream().allMatch(digest -> digest.isOf(found.document()))) {
            return unsound("what is found at " + entry.url() + " has another digest than the credential says");
        }
        String name = "the schema " + entry.url();
        return switch (jsonSchemas.apply(entry.url(), found.schema(), credential)) {
            case Verdict.Fits fits -> new Finding.Good("fits " + name);
            case Verdict.Misfit misfit -> misfit(name, misfit.misfits());
            case Verdict.Unsound unsound -> unsound(name + " " + unsound.reason());
            case Verdict.Undetermined undetermined -> new Finding.Unavailable(name + " " + undetermined.reason());
        };
    }

    /** Of a credential that itself holds a schema. */
    private Finding judgeSchemaCredential(ObjectNode credential) {
        List<String> misfits = SchemaCredential.misfits(credential);
        if (!misfits.isEmpty()) {
            return misfit("the schema " + SchemaCredential.OWN_SCHEMA, misfits);
        }
        JsonNode schema = SchemaCredential.schema(credential);
        return jsonSchemas.apply(SchemaCredential.OWN_SCHEMA, schema, schema) instanceof Verdict.Unsound unsound
                ? unsound("the schema that it holds " + unsound.reason())
                : new Finding.Good("holds a schema");
    }

    private static Finding misfit(String name, List<String> misfits) {
        return new Finding.Bad(
                Problem.own(ProblemType.SCHEMA_MISMATCH, "does not fit " + name + ": " + String.join("; ", misfits)));
    }

    private static Finding unsound(String detail) {
        return new Finding.Bad(Problem.own(ProblemType.UNSOUND_SCHEMA, detail));
    }
}
