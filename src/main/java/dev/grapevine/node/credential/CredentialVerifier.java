package dev.grapevine.node.credential;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.credential.StatusLists.VerifiedDocument;
import dev.grapevine.node.identity.IssuerId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies credentials (VCDM 2.0 section 7.1) and says of every check how it came out. Nothing but status lists and documents of
 * did:web is loaded from the network. Safe for use by several threads.
 */
public final class CredentialVerifier {

    /** How far a peer's clock may be ahead of ours: what was just issued there is valid here. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

    /** What is checked at the caller's wish; all else says whether this is a credential of that issuer at all. */
    public static final Set<Check.Name> OPTIONAL_CHECKS =
            Collections.unmodifiableSet(EnumSet.of(Check.Name.VALIDITY, Check.Name.STATUS, Check.Name.REGISTRY));

    private static final String MODEL = "a verifiable credential of data model 2.0";

    private static final Set<Standing> UNREGISTERED = EnumSet.of(Standing.UNKNOWN_ISSUER, Standing.UNKNOWN_CREDENTIAL);

    private final InstantSource clock;
    private final @Nullable RegistryCheck registry;
    private final StatusCheck status;
    private final DidResolver dids;

    /** One that loads nothing from the network. */
    public CredentialVerifier(InstantSource clock, @Nullable RegistryCheck registry) {
        this(clock, registry, OwnStatusLists.NONE, RemoteDocuments.NONE);
    }

    /**
     * @param registry null: the check of the registry is skipped
     * @param own of this node
     * @param documents loads the status lists of others, and DID documents
     */
    public CredentialVerifier(
            InstantSource clock, @Nullable RegistryCheck registry, OwnStatusLists own, RemoteDocuments documents) {
        this.clock = clock;
        this.registry = registry;
        this.dids = new DidResolver(documents, clock);
        Wanted ofLists = new Wanted(EnumSet.of(Check.Name.VALIDITY), false);
        this.status = new StatusCheck(own, new StatusLists(documents, clock, list -> verifyDocument(list, ofLists)));
    }

    /**
     * What is wanted of a verification besides what is always checked.
     *
     * @param checks those of {@link #OPTIONAL_CHECKS} that are carried out; the others are listed as skipped
     * @param tolerant whether a status list that is not to be had is a result of its own, and no failure
     */
    public record Wanted(Set<Check.Name> checks, boolean tolerant) {

        /** All checks, and nothing left open. */
        public static final Wanted ALL = new Wanted(OPTIONAL_CHECKS, false);
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
                VerificationResult result =
                        SdJwtVc.open(JwtEnvelope.Kind.CREDENTIAL, input).verify(clock.instant());
                return Mono.just(new VerifiedDocument(asked(result, wanted), JsonNodeFactory.instance.objectNode()));
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
                MODEL);
        Check proofs = Check.of(Check.Name.PROOF, opened.proof(), opened.how());
        return ask(opened).flatMap(finding -> {
            Check issuer = checkIssuer(opened, finding);
            Check validity = optional(wanted, Check.Name.VALIDITY, () -> checkValidity(credential, now));
            Check registered = optional(wanted, Check.Name.REGISTRY, () -> checkRegistry(credential, finding));
            boolean genuine = Stream.of(structure, context.check(), proofs, issuer)
                    .noneMatch(check -> check.outcome() == Check.Outcome.FAILED);
            return checkStatus(credential, wanted, genuine)
                    .map(found -> new VerifiedDocument(
                            new VerificationResult(
                                    List.of(structure, context.check(), proofs, issuer, validity, found, registered)),
                            credential));
        });
    }

    /** Resolves the DIDs of whoever is verified, for {@link PresentationVerifier} too. */
    DidResolver dids() {
        return dids;
    }

    private static Mono<VerifiedDocument> unreadable(Problem problem) {
        return Mono.just(
                new VerifiedDocument(VerificationResult.unreadable(problem), JsonNodeFactory.instance.objectNode()));
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

    /** Nothing is fetched for a credential that is none: anybody could have this node fetch from anywhere. */
    private Mono<Check> checkStatus(ObjectNode credential, Wanted wanted, boolean genuine) {
        if (!wanted.checks.contains(Check.Name.STATUS)) {
            return Mono.just(Check.skipped(Check.Name.STATUS, "not asked for"));
        }
        return genuine || !credential.has("credentialStatus")
                ? status.check(credential, wanted.tolerant)
                : Mono.just(Check.skipped(Check.Name.STATUS, "not looked up, for the credential is not genuine"));
    }

    /** Verifies a credential that the holder of a presentation issued in it, and that nothing else secures. */
    VerificationResult verifySelfAsserted(ObjectNode credential) {
        ContextCheck context = ContextCheck.of(credential);
        Check structure =
                Check.of(Check.Name.STRUCTURE, CredentialStructure.problems(credential, context.terms()), MODEL);
        return new VerificationResult(List.of(
                structure,
                context.check(),
                Check.skipped(Check.Name.PROOF, "the proof of the presentation covers it"),
                Check.passed(Check.Name.ISSUER, "the holder says so"),
                checkValidity(credential, clock.instant()),
                credential.has("credentialStatus")
                        ? Check.failed(Check.Name.STATUS, Problem.status("nobody but the holder vouches for it"))
                        : Check.skipped(Check.Name.STATUS, "the credential has no credentialStatus"),
                Check.skipped(Check.Name.REGISTRY, "self-asserted")));
    }

    /** What the registry finds; without one, whether the key is the one that the issuer is named after. */
    private Mono<Finding> ask(Opened opened) {
        IssuerId issuer = issuer(opened.document());
        Set<PublicKey> keys = opened.methods().stream()
                .flatMap(method -> method.key().ed25519().stream())
                .collect(Collectors.toSet());
        if (registry == null || issuer == null) {
            boolean first = issuer != null && keys.contains(issuer.inception());
            return Mono.just(new Finding(
                    Standing.UNKNOWN_ISSUER,
                    first ? Signer.OF_ISSUER : Signer.STRANGER,
                    "no registry holds such an issuer"));
        }
        byte[] canonical = Jcs.canonical(opened.document()).getBytes(StandardCharsets.UTF_8);
        return registry.find(issuer, DataIntegrity.sha256(canonical), keys);
    }

    /** Whoever is named as the issuer must have made one of the proofs, with the key that was in force then. */
    private static Check checkIssuer(Opened opened, Finding finding) {
        IssuerId issuer = issuer(opened.document());
        if (issuer == null) {
            return checkOtherIssuer(opened);
        }
        return switch (finding.signer()) {
            case IN_FORCE, OF_ISSUER -> Check.passed(Check.Name.ISSUER, "signed by " + issuer);
            case OUT_OF_FORCE ->
                Check.failed(
                        Check.Name.ISSUER,
                        Problem.verificationMethod("another key was in force where the log of " + issuer
                                + " has the credential than the one that signed it"));
            case STRANGER ->
                Check.failed(
                        Check.Name.ISSUER,
                        Problem.verificationMethod("no proof's verificationMethod belongs to the issuer " + issuer));
        };
    }

    /** Of an issuer that has no log in any registry, for its DID is of another method or key: the DID alone tells. */
    private static Check checkOtherIssuer(Opened opened) {
        JsonNode issuer = CredentialStructure.issuer(opened.document());
        String did = issuer.asString("");
        if (opened.methods().stream().anyMatch(method -> method.controller().equals(did))) {
            return Check.passed(Check.Name.ISSUER, "signed by " + did);
        }
        return Check.failed(
                Check.Name.ISSUER,
                Problem.verificationMethod("no proof's verificationMethod belongs to the issuer " + issuer
                        + "; this node resolves did:key, did:jwk and did:web"));
    }

    private static Check checkValidity(ObjectNode credential, Instant now) {
        List<Problem> problems = new ArrayList<>();
        Instant from = DateTimes.parse(credential.path("validFrom"));
        if (from != null && from.isAfter(now.plus(CLOCK_TOLERANCE))) {
            problems.add(Problem.range("not valid before " + from));
        }
        Instant until = DateTimes.parse(credential.path("validUntil"));
        if (until != null && !now.isBefore(until)) {
            problems.add(Problem.range("expired at " + until));
        }
        return Check.of(Check.Name.VALIDITY, problems, until == null ? "never expires" : "valid until " + until);
    }

    /** A profile credential stands in its issuer's log; of any other nothing is said by its not being there. */
    private Check checkRegistry(ObjectNode credential, Finding finding) {
        if (registry == null) {
            return Check.skipped(Check.Name.REGISTRY, "this node has no registry");
        }
        if (UNREGISTERED.contains(finding.standing())
                && !ModelRules.isOfType(credential, Vocabulary.PROFILE_CREDENTIAL_TYPE)) {
            return Check.skipped(
                    Check.Name.REGISTRY, "not a profile credential, and in no log (" + finding.detail() + ")");
        }
        String what = switch (finding.standing()) {
            case CURRENT -> "in the issuer's log and current";
            case REPLACED -> "the issuer has published a newer version";
            case REVOKED -> "the issuer has revoked it";
            case FORKED -> "the issuer has forked its log, and which branch stands is not known";
            case UNKNOWN_CREDENTIAL -> "not in the issuer's log: never published, erased or not received yet";
            case UNKNOWN_ISSUER -> "this node knows no such issuer";
            case BLOCKED_ISSUER -> "this node's operator has blocked the issuer";
        };
        String detail = what + " (" + finding.detail() + ")";
        return finding.standing() == RegistryCheck.Standing.CURRENT
                ? Check.passed(Check.Name.REGISTRY, detail)
                : Check.failed(Check.Name.REGISTRY, Problem.registry(finding.standing(), detail));
    }

    private static @Nullable IssuerId issuer(ObjectNode credential) {
        JsonNode id = CredentialStructure.issuer(credential);
        try {
            return id.isString() ? IssuerId.parse(id.stringValue()) : null;
        } catch (MalformedException e) {
            return null;
        }
    }
}
