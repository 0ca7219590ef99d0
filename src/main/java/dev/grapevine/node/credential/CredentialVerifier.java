package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.jsonschema.JsonSchemas;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies credentials (VCDM 2.0 section 7.1; those of 1.1 too) and says of every check how it came out. Nothing but status lists, schemas and
 * documents of did:web is loaded from the network. Safe for use by several threads.
 */
public final class CredentialVerifier {

    /** How far a peer's clock may be ahead of ours: what was just issued there is valid here. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

    /** What is checked at the caller's wish; all else says whether this is a credential of that issuer at all. */
    public static final Set<Check.Name> OPTIONAL_CHECKS = Collections.unmodifiableSet(
            EnumSet.of(Check.Name.VALIDITY, Check.Name.STATUS, Check.Name.SCHEMA, Check.Name.REGISTRY));

    private final InstantSource clock;
    private final IssuerCheck issuers;
    private final StatusCheck status;
    private final SchemaCheck schema;
    private final DidResolver dids;

    /** One that loads nothing from the network. */
    public CredentialVerifier(InstantSource clock, @Nullable RegistryCheck registry) {
        this(clock, registry, OwnStatusLists.NONE, RemoteDocuments.NONE, Schedulers.immediate());
    }

    /**
     * @param registry null: the check of the registry is skipped
     * @param own of this node
     * @param documents loads the status lists of others, schemas, and DID documents
     * @param scheduler applies schemas
     */
    public CredentialVerifier(
            InstantSource clock,
            @Nullable RegistryCheck registry,
            OwnStatusLists own,
            RemoteDocuments documents,
            Scheduler scheduler) {
        this.clock = clock;
        this.issuers = new IssuerCheck(registry);
        this.dids = new DidResolver(documents, clock);
        Wanted ofLists = new Wanted(EnumSet.of(Check.Name.VALIDITY), Set.of());
        this.status = new StatusCheck(own, new StatusLists(documents, clock, list -> verifyDocument(list, ofLists)));
        Wanted ofSchemas =
                new Wanted(EnumSet.of(Check.Name.VALIDITY, Check.Name.STATUS), EnumSet.of(Check.Name.STATUS));
        this.schema = new SchemaCheck(
                new Schemas(documents, clock, holder -> verifyDocument(holder, ofSchemas)),
                new JsonSchemas(),
                scheduler);
    }

    /**
     * What is wanted of a verification besides what is always checked.
     *
     * @param checks those of {@link #OPTIONAL_CHECKS} that are carried out; the others are listed as skipped
     * @param tolerated those for which it is a result of its own, and no failure, that a status list or a schema is not to be had
     */
    public record Wanted(Set<Check.Name> checks, Set<Check.Name> tolerated) {

        /** All checks, and nothing left open. */
        public static final Wanted ALL = new Wanted(OPTIONAL_CHECKS, Set.of());
    }

    /**
     * Whether verification processes JSON as JSON-LD, or may do so once an envelope is open. That takes longer than an event
     * loop should: at most some seconds, where somebody means it to.
     */
    public static boolean takesLong(JsonNode json) {
        if (json.isArray()) {
            return json.valueStream().anyMatch(CredentialVerifier::takesLong);
        }
        boolean ownTerms = DataIntegrity.values(json.path("@context")).stream().anyMatch(JsonNode::isObject);
        boolean rdf = Cryptosuite.of(json.path("cryptosuite").asString(""))
                .filter(Cryptosuite::signsRdf)
                .isPresent();
        return ownTerms
                || rdf
                || json.path("id").asString("").startsWith("data:")
                || json.properties().stream().anyMatch(property -> takesLong(property.getValue()));
    }

    /** Verifies a credential as it came. */
    public Mono<VerificationResult> verify(byte[] json) {
        try {
            return verify(CredentialJson.parse(json));
        } catch (MalformedException e) {
            return Mono.just(VerificationResult.unreadable(Problem.parsing(String.valueOf(e.getMessage()))));
        }
    }

    /**
     * Verifies a credential that was read already: with keys twice refused, and with all digits of its numbers, or the
     * proof may be checked over another document than the one that came.
     */
    public Mono<VerificationResult> verify(JsonNode json) {
        return verify(json, Wanted.ALL);
    }

    /** The same. */
    public Mono<VerificationResult> verify(JsonNode json, Wanted wanted) {
        return verifyDocument(json, wanted).map(VerifiedDocument::result);
    }

    private Mono<VerifiedDocument> verifyDocument(JsonNode json, Wanted wanted) {
        if (!(json instanceof ObjectNode input)) {
            return unreadable(Problem.malformed("verifiableCredential", "is not an object"));
        }
        try {
            Jcs.requireIJson(input);
            if (SdJwtVc.isIn(input, JwtEnvelope.Kind.CREDENTIAL)) {
                SdJwtVc credential = SdJwtVc.open(JwtEnvelope.Kind.CREDENTIAL, input);
                return dids.resolve(credential.dids())
                        .map(resolved -> credential.verify(resolved, clock.instant()))
                        .map(result -> VerifiedDocument.unopened(asked(result, wanted)));
            }
            Secured secured = Secured.of(JwtEnvelope.Kind.CREDENTIAL, input);
            return dids.resolve(secured.dids()).flatMap(resolved -> verifyDocument(secured, wanted, resolved));
        } catch (MalformedException e) {
            return unreadable(Problem.parsing(String.valueOf(e.getMessage())));
        }
    }

    private Mono<VerifiedDocument> verifyDocument(Secured secured, Wanted wanted, DidDocuments resolved) {
        Instant now = clock.instant();
        Opened opened = secured.open(ExpectedProof.OF_CREDENTIAL.with(resolved), now);
        ObjectNode credential = opened.document();
        ContextCheck context = ContextCheck.of(credential);
        Check structure = Check.of(
                Check.Name.STRUCTURE,
                opened.structureWith(CredentialStructure.problems(credential, context.terms())),
                form(credential));
        Check proofs = Check.of(Check.Name.PROOF, opened.proof(), opened.how());
        return issuers.ask(opened).flatMap(finding -> {
            Check issuer = IssuerCheck.checkIssuer(opened, finding);
            Check validity = optional(wanted, Check.Name.VALIDITY, () -> checkValidity(credential, now));
            Check registered = optional(wanted, Check.Name.REGISTRY, () -> issuers.checkRegistry(credential, finding));
            boolean genuine = noneFailed(structure, context.check(), proofs, issuer);
            return Mono.zip(
                    status.check(credential, wanted, genuine),
                    schema.check(credential, wanted, genuine),
                    (listed, fits) -> new VerifiedDocument(
                            new VerificationResult(List.of(
                                    structure, context.check(), proofs, issuer, validity, listed, fits, registered)),
                            credential));
        });
    }

    private static boolean noneFailed(Check... checks) {
        return Stream.of(checks).noneMatch(check -> check.outcome() == Check.Outcome.FAILED);
    }

    /** Resolves the DIDs of whoever is verified, for {@link PresentationVerifier} too. */
    DidResolver dids() {
        return dids;
    }

    private static Mono<VerifiedDocument> unreadable(Problem problem) {
        return Mono.just(VerifiedDocument.unopened(VerificationResult.unreadable(problem)));
    }

    private static Check optional(Wanted wanted, Check.Name name, Supplier<Check> check) {
        return wanted.checks.contains(name) ? check.get() : Check.skipped(name, "not asked for");
    }

    private static VerificationResult asked(VerificationResult result, Wanted wanted) {
        return new VerificationResult(result.checks().stream()
                .map(check ->
                        OPTIONAL_CHECKS.contains(check.name()) ? optional(wanted, check.name(), () -> check) : check)
                .toList());
    }

    /**
     * Verifies a credential that the holder of a presentation issued in it, and that nothing else secures.
     *
     * @param genuine whether the presentation is
     */
    Mono<VerificationResult> verifySelfAsserted(ObjectNode credential, Wanted wanted, boolean genuine) {
        ContextCheck context = ContextCheck.of(credential);
        Check structure = Check.of(
                Check.Name.STRUCTURE, CredentialStructure.problems(credential, context.terms()), form(credential));
        Check listed = credential.has("credentialStatus")
                ? Check.failed(Check.Name.STATUS, Problem.status("nobody but the holder vouches for it"))
                : Check.skipped(Check.Name.STATUS, "the credential has no credentialStatus");
        return schema.check(credential, wanted, genuine && noneFailed(structure, context.check()))
                .map(fits -> new VerificationResult(List.of(
                        structure,
                        context.check(),
                        Check.skipped(Check.Name.PROOF, "the proof of the presentation covers it"),
                        Check.passed(Check.Name.ISSUER, "the holder says so"),
                        checkValidity(credential, clock.instant()),
                        listed,
                        fits,
                        Check.skipped(Check.Name.REGISTRY, "self-asserted"))));
    }

    private static String form(ObjectNode credential) {
        return "a verifiable credential of " + DataModel.of(credential);
    }

    private static Check checkValidity(ObjectNode credential, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Period period = Period.of(credential);
        Instant from = period.from();
        if (from != null && from.isAfter(now.plus(CLOCK_TOLERANCE))) {
            problems.add(Problem.range("not valid before " + from));
        }
        Instant until = period.until();
        if (until != null && !now.isBefore(until)) {
            problems.add(Problem.range("expired at " + until));
        }
        return Check.of(Check.Name.VALIDITY, problems, until == null ? "never expires" : "valid until " + until);
    }
}
