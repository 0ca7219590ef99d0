package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Verifies presentations (VCDM 2.0 section 7.1): that the holder made it, for this verifier, and every credential in it. Safe for use by several threads.
 */
public final class PresentationVerifier {

    /** A presentation of more credentials is refused unread. */
    static final int MAX_CREDENTIALS = 32;

    private final InstantSource clock;
    private final CredentialVerifier credentials;
    private final Challenges challenges;

    /** One that makes no challenges of its own. */
    public PresentationVerifier(InstantSource clock, CredentialVerifier credentials) {
        this(clock, credentials, Challenges.NONE);
    }

    /** @param challenges of this node, each for one presentation */
    public PresentationVerifier(InstantSource clock, CredentialVerifier credentials, Challenges challenges) {
        this.clock = clock;
        this.credentials = credentials;
        this.challenges = challenges;
    }

    /**
     * How a presentation's verification came out.
     *
     * @param presentation of the presentation itself
     * @param credentials of its credentials, in their order
     */
    public record Result(VerificationResult presentation, List<VerificationResult> credentials) {

        /** Whether all of it can be relied on. */
        public boolean verified() {
            return presentation.verified() && credentials.stream().allMatch(VerificationResult::verified);
        }

        /** Of input that is no presentation at all. */
        public static Result unreadable(Problem problem) {
            return new Result(VerificationResult.unreadable(problem), List.of());
        }
    }

    /**
     * Verifies a presentation that was read as strictly as a credential.
     *
     * @param domain where the verifier is; empty: any
     * @param challenge what the verifier gave the holder for this time; empty: a presentation that was shown before is not told
     *     from a new one
     */
    public Mono<Result> verify(JsonNode json, Optional<String> domain, Optional<String> challenge) {
        return verify(json, domain, challenge, CredentialVerifier.Wanted.ALL);
    }

    /** @param wanted of each of its credentials */
    public Mono<Result> verify(
            JsonNode json, Optional<String> domain, Optional<String> challenge, CredentialVerifier.Wanted wanted) {
        if (!(json instanceof ObjectNode input)) {
            return Mono.just(Result.unreadable(Problem.malformed("verifiablePresentation", "is not an object")));
        }
        try {
            Jcs.requireIJson(input);
            if (SdJwtVc.isIn(input, JwtEnvelope.Kind.PRESENTATION)) {
                SdJwtVc credential = SdJwtVc.open(JwtEnvelope.Kind.PRESENTATION, input);
                return expected(domain, challenge, credential.dids()).flatMap(expected -> verify(credential, expected));
            }
            Secured secured = Secured.of(JwtEnvelope.Kind.PRESENTATION, input);
            return expected(domain, challenge, secured.dids()).flatMap(expected -> verify(secured, expected, wanted));
        } catch (MalformedException e) {
            return Mono.just(Result.unreadable(Problem.parsing(String.valueOf(e.getMessage()))));
        }
    }

    private Mono<ExpectedProof> expected(Optional<String> domain, Optional<String> challenge, Set<String> dids) {
        return credentials
                .dids()
                .resolve(dids)
                .map(resolved -> new ExpectedProof("authentication", domain, challenge, resolved));
    }

    private Mono<Result> verify(SdJwtVc credential, ExpectedProof expected) {
        Result result = credential.verifyPresented(expected, clock.instant());
        return useChallenge(result.presentation, expected)
                .map(presentation -> new Result(presentation, result.credentials));
    }

    private Mono<Result> verify(Secured secured, ExpectedProof expected, CredentialVerifier.Wanted wanted) {
        Opened opened = secured.open(expected, clock.instant());
        ObjectNode presentation = opened.document();
        List<ObjectNode> held = PresentationStructure.credentials(presentation);
        if (held.size() > MAX_CREDENTIALS) {
            return Mono.just(Result.unreadable(
                    Problem.malformed("verifiableCredential", "has more than " + MAX_CREDENTIALS + " credentials")));
        }
        VerificationResult checked = new VerificationResult(check(opened, expected));
        return useChallenge(checked, expected)
                .flatMap(result -> Flux.fromIterable(held)
                        .concatMap(credential -> PresentationStructure.isSelfAsserted(presentation, credential)
                                ? credentials.verifySelfAsserted(credential, wanted, result.verified())
                                : credentials.verify(credential, wanted))
                        .collectList()
                        .map(results -> new Result(result, results)));
    }

    /** A challenge of this node is used up by a presentation that is sound, not by one that anybody could make up. */
    private Mono<VerificationResult> useChallenge(VerificationResult checked, ExpectedProof expected) {
        if (expected.challenge().isEmpty() || !checked.verified()) {
            return Mono.just(checked);
        }
        return challenges
                .use(expected.challenge().get())
                .map(refusal -> refusal.map(reason -> new VerificationResult(checked.checks().stream()
                                .map(check -> check.name() == Check.Name.PROOF
                                        ? Check.failed(Check.Name.PROOF, Problem.challenge(reason))
                                        : check)
                                .toList()))
                        .orElse(checked));
    }

    private static List<Check> check(Opened opened, ExpectedProof expected) {
        ContextCheck context = ContextCheck.of(opened.document());
        Check structure = Check.of(
                Check.Name.STRUCTURE,
                opened.structureWith(PresentationStructure.problems(opened.document(), context.terms())),
                "a verifiable presentation of " + DataModel.of(opened.document()));
        String made = expected.domain().map(domain -> " for " + domain).orElse("")
                + expected.challenge().map(challenge -> " over the challenge").orElse("");
        Check proof = Check.of(Check.Name.PROOF, opened.proof(), opened.how() + made);
        return List.of(structure, context.check(), proof, checkHolder(opened));
    }

    /** Section 4.13: whoever is named as the holder must have made one of the proofs. */
    private static Check checkHolder(Opened opened) {
        List<String> controllers =
                opened.methods().stream().map(VerificationMethod::controller).toList();
        JsonNode holder = ModelRules.idOf(opened.document().path("holder"));
        if (holder.isMissingNode()) {
            return Check.skipped(Check.Name.HOLDER, "no holder is named; signed by " + String.join(", ", controllers));
        }
        if (controllers.contains(holder.asString(""))) {
            return Check.passed(Check.Name.HOLDER, "signed by " + holder.stringValue());
        }
        return Check.failed(
                Check.Name.HOLDER,
                Problem.verificationMethod("no proof's verificationMethod belongs to the holder " + holder));
    }
}
