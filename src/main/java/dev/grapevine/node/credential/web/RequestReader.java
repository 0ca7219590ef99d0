package dev.grapevine.node.credential.web;

import dev.grapevine.keys.Curve;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.Check;
import dev.grapevine.node.credential.CredentialJson;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.IssuedCredentials;
import dev.grapevine.node.credential.PresentationSigner;
import dev.grapevine.node.credential.Problem;
import dev.grapevine.node.credential.web.VerifyCredentialRequest.VerifyCredentialOptions;
import dev.grapevine.node.credential.web.VerifyPresentationRequest.VerifyPresentationOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the bodies of requests to verify and to issue. Not by the framework: that would drop what a proof may cover, digits of numbers
 * and the second of two equal keys.
 */
final class RequestReader {

    private RequestReader() {}

    /** A body that is no such request. */
    static final class UnreadableException extends Exception {

        private final transient Problem problem;

        UnreadableException(Problem problem) {
            super(problem.detail());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    record CredentialRequest(JsonNode credential, VerifyCredentialOptions options) {}

    record PresentationRequest(JsonNode presentation, VerifyPresentationOptions options) {}

    /**
     * @param signedBy the cryptosuite of a Data Integrity proof, the algorithm of a JWT
     * @param curve of the key that makes a Data Integrity proof; that of a JWT its algorithm tells
     * @param disclosable of an SD-JWT: what its holder may keep back
     * @param id by which the caller knows the credential later; null: it has none
     */
    record IssueRequest(
            JsonNode credential,
            Form form,
            String signedBy,
            Optional<Curve> curve,
            List<String> disclosable,
            @Nullable String id) {}

    /**
     * @param signedBy the cryptosuite of a Data Integrity proof, the algorithm of a JWT; what an SD-JWT is bound by its credential says
     * @param curve as of {@link IssueRequest}
     * @param disclosed of an SD-JWT: what the verifier is to see
     */
    record ProveRequest(
            JsonNode presentation,
            Form form,
            Optional<String> signedBy,
            Optional<Curve> curve,
            List<String> disclosed,
            PresentationSigner.Options options) {}

    static ProveRequest prove(byte[] json) throws UnreadableException {
        JsonNode request = parse(json);
        JsonNode presentation = required(request, "presentation");
        JsonNode options = request.path("options");
        Form form = Form.of(mediaType(options, Form.ofPresentations()));
        requireKnown(
                options,
                switch (form) {
                    case DATA_INTEGRITY -> Set.of("mediaType", "cryptosuite", "curve", "domain", "challenge");
                    case JWT -> Set.of("mediaType", "alg", "domain", "challenge");
                    case SD_JWT -> Set.of("mediaType", "disclosed", "domain", "challenge");
                });
        PresentationSigner.Options asked = new PresentationSigner.Options(
                Optional.ofNullable(text(options, "domain")), Optional.ofNullable(text(options, "challenge")));
        // RFC 9901 section 4.3: a key binding JWT has both
        if (form == Form.SD_JWT
                && (asked.domain().isEmpty() || asked.challenge().isEmpty())) {
            throw malformed(asked.domain().isEmpty() ? "options.domain" : "options.challenge", "is missing");
        }
        return switch (form) {
            case DATA_INTEGRITY -> {
                String suite = cryptosuite(options);
                Optional<Curve> curve = Optional.of(curve(options, suite));
                yield new ProveRequest(presentation, form, Optional.of(suite), curve, List.of(), asked);
            }
            case JWT ->
                new ProveRequest(
                        presentation, form, Optional.of(algorithm(options)), Optional.empty(), List.of(), asked);
            case SD_JWT ->
                new ProveRequest(
                        presentation, form, Optional.empty(), Optional.empty(), texts(options, "disclosed"), asked);
        };
    }

    private static String mediaType(JsonNode options, List<String> known) throws UnreadableException {
        return oneOf(options, "mediaType", known);
    }

    private static String cryptosuite(JsonNode options) throws UnreadableException {
        return oneOf(options, "cryptosuite", CredentialSigner.cryptosuites());
    }

    private static Curve curve(JsonNode options, String cryptosuite) throws UnreadableException {
        List<Curve> curves = CredentialSigner.curves(cryptosuite);
        List<String> names = curves.stream().map(Curve::jose).toList();
        return curves.get(names.indexOf(oneOf(options, "curve", names)));
    }

    private static String algorithm(JsonNode options) throws UnreadableException {
        return oneOf(options, "alg", CredentialSigner.algorithms());
    }

    /** @param known the first is meant where none is named */
    private static String oneOf(JsonNode options, String option, List<String> known) throws UnreadableException {
        String named = text(options, option);
        String value = named == null ? known.getFirst() : named;
        if (!known.contains(value)) {
            throw malformed("options." + option, "is none of " + known);
        }
        return value;
    }

    static IssueRequest issue(byte[] json) throws UnreadableException {
        JsonNode request = parse(json);
        JsonNode credential = required(request, "credential");
        JsonNode options = request.path("options");
        Form form = Form.of(mediaType(options, Form.ofCredentials()));
        requireKnown(
                options,
                switch (form) {
                    case DATA_INTEGRITY -> Set.of("mediaType", "credentialId", "cryptosuite", "curve");
                    case JWT -> Set.of("mediaType", "credentialId", "alg");
                    case SD_JWT -> Set.of("mediaType", "credentialId", "alg", "disclosable");
                });
        String given = text(options, "credentialId");
        String id =
                given == null && form.isOfDataModel() ? credential.path("id").asString("") : given;
        if (id != null && (id.length() > IssuedCredentials.MAX_ID_CHARS || id.indexOf(0) >= 0)) {
            throw malformed(
                    given == null ? "credential.id" : "options.credentialId",
                    "has more than " + IssuedCredentials.MAX_ID_CHARS + " characters, or the character U+0000");
        }
        boolean hasProof = form == Form.DATA_INTEGRITY;
        String signedBy = hasProof ? cryptosuite(options) : algorithm(options);
        return new IssueRequest(
                credential,
                form,
                signedBy,
                hasProof ? Optional.of(curve(options, signedBy)) : Optional.empty(),
                texts(options, "disclosable"),
                id == null || id.isEmpty() ? null : id);
    }

    private static List<String> texts(JsonNode options, String option) throws UnreadableException {
        JsonNode values = options.path(option);
        if (!values.isMissingNode()
                && (!values.isArray() || !values.valueStream().allMatch(JsonNode::isString))) {
            throw malformed("options." + option, "is not an array of texts");
        }
        return values.valueStream().map(JsonNode::stringValue).toList();
    }

    static CredentialRequest credential(byte[] json) throws UnreadableException {
        JsonNode request = parse(json);
        JsonNode credential = required(request, "verifiableCredential");
        JsonNode options = request.path("options");
        requireKnown(
                options,
                Set.of(
                        "returnCredential",
                        "returnResults",
                        "returnProblemDetails",
                        "checks",
                        "statusUnavailable",
                        "schemaUnavailable"));
        VerifyCredentialOptions byDefault = VerifyCredentialOptions.DEFAULT;
        return new CredentialRequest(
                credential,
                new VerifyCredentialOptions(
                        flag(options, "returnCredential", byDefault.returnCredential()),
                        flag(options, "returnResults", byDefault.returnResults()),
                        flag(options, "returnProblemDetails", byDefault.returnProblemDetails()),
                        options.has("checks") ? checks(options.path("checks")) : byDefault.checks(),
                        failOrReport(options, "statusUnavailable"),
                        failOrReport(options, "schemaUnavailable")));
    }

    static PresentationRequest presentation(byte[] json) throws UnreadableException {
        JsonNode request = parse(json);
        JsonNode presentation = required(request, "verifiablePresentation");
        JsonNode options = request.path("options");
        requireKnown(
                options,
                Set.of(
                        "domain",
                        "challenge",
                        "returnPresentation",
                        "returnResults",
                        "returnProblemDetails",
                        "statusUnavailable",
                        "schemaUnavailable"));
        return new PresentationRequest(
                presentation,
                new VerifyPresentationOptions(
                        text(options, "domain"),
                        text(options, "challenge"),
                        flag(options, "returnPresentation", false),
                        flag(options, "returnResults", true),
                        flag(options, "returnProblemDetails", true),
                        failOrReport(options, "statusUnavailable"),
                        failOrReport(options, "schemaUnavailable")));
    }

    private static String failOrReport(JsonNode options, String option) throws UnreadableException {
        String given = text(options, option);
        if (given == null) {
            return VerifyCredentialOptions.FAIL;
        }
        if (!Set.of(VerifyCredentialOptions.FAIL, VerifyCredentialOptions.REPORT)
                .contains(given)) {
            throw malformed("options." + option, "is neither fail nor report");
        }
        return given;
    }

    private static JsonNode parse(byte[] json) throws UnreadableException {
        try {
            return CredentialJson.parse(json);
        } catch (MalformedException e) {
            throw new UnreadableException(Problem.parsing(String.valueOf(e.getMessage())));
        }
    }

    private static JsonNode required(JsonNode request, String property) throws UnreadableException {
        if (!request.has(property)) {
            throw malformed(property, "is missing");
        }
        return request.path(property);
    }

    private static void requireKnown(JsonNode options, Set<String> known) throws UnreadableException {
        for (String option : options.propertyNames()) {
            if (!known.contains(option)) {
                throw new UnreadableException(Problem.unknownOption("this node knows no option " + option));
            }
        }
    }

    private static boolean flag(JsonNode options, String option, boolean byDefault) throws UnreadableException {
        JsonNode value = options.path(option);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw malformed("options." + option, "is neither true nor false");
        }
        return value.isBoolean() ? value.booleanValue() : byDefault;
    }

    private static @Nullable String text(JsonNode options, String option) throws UnreadableException {
        JsonNode value = options.path(option);
        if (!value.isMissingNode() && !value.isString()) {
            throw malformed("options." + option, "is not text");
        }
        return value.isString() ? value.stringValue() : null;
    }

    private static Set<Check.Name> checks(JsonNode names) throws UnreadableException {
        Set<Check.Name> checks = EnumSet.noneOf(Check.Name.class);
        if (!names.isArray()) {
            throw malformed("options.checks", "is not an array");
        }
        for (JsonNode name : names) {
            checks.add(
                    check(name.asString("")).orElseThrow(() -> malformed("options.checks", "names no check: " + name)));
        }
        return checks;
    }

    private static Optional<Check.Name> check(String name) {
        return EnumSet.allOf(Check.Name.class).stream()
                .filter(check -> check.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private static UnreadableException malformed(String property, String detail) {
        return new UnreadableException(Problem.malformed(property, detail));
    }
}
