package dev.grapevine.node.credential;

import dev.grapevine.keys.VerificationMethod;
import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A credential or presentation inside of a JWT (VC-JOSE-COSE section 3.1, {@code application/vc+jwt} and {@code
 * application/vp+jwt}), which stands in a data: URL (VCDM 2.0 sections 4.13.2 and 4.13.3).
 */
final class JwtEnvelope implements Secured {

    /** The kinds of envelope; each holds its own kind of document. */
    enum Kind {
        CREDENTIAL("EnvelopedVerifiableCredential", "vc", "issuer"),
        PRESENTATION("EnvelopedVerifiablePresentation", "vp", "holder");

        private final String type;
        private final String contentType;
        private final String signer;

        Kind(String type, String contentType, String signer) {
            this.type = type;
            this.contentType = contentType;
            this.signer = signer;
        }

        /** Of the document, without {@code application/}. */
        String contentType() {
            return contentType;
        }

        /** Of the JWT that holds it, without {@code application/}. */
        String mediaType() {
            return contentType + "+jwt";
        }

        /** An envelope around what is secured in a form of its own. */
        ObjectNode around(String mediaType, String compact) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("@context", Vocabulary.VCDM)
                    .put("id", "data:application/" + mediaType + "," + compact)
                    .put("type", type);
        }
    }

    private final Kind kind;
    private final ObjectNode envelope;
    private final CompactJws jws;
    private final ObjectNode claims;
    private final List<Problem> problems = new ArrayList<>();

    private JwtEnvelope(Kind kind, ObjectNode envelope, CompactJws jws, ObjectNode claims) {
        this.kind = kind;
        this.envelope = envelope;
        this.jws = jws;
        this.claims = claims;
    }

    /** Whether an object says that it is an envelope of that kind. */
    static boolean isEnvelope(JsonNode object, Kind kind) {
        return ModelRules.isOfType(object, kind.type);
    }

    /** @throws MalformedException where an envelope holds no document of that kind */
    static JwtEnvelope parse(Kind kind, ObjectNode envelope) {
        CompactJws jws = CompactJws.parse(compact(kind, envelope));
        if (!(CredentialJson.parse(jws.payload()) instanceof ObjectNode claims)) {
            throw new MalformedException("the JWT holds no object");
        }
        Jcs.requireIJson(claims);
        return new JwtEnvelope(kind, envelope, jws, claims);
    }

    @Override
    public Stream<String> methodIds() {
        return Stream.of(methodId());
    }

    @Override
    public Opened open(ExpectedProof expected, Instant now) {
        VerificationMethod method = method(expected);
        checkHeader();
        checkTimes(now, now.plus(CredentialVerifier.CLOCK_TOLERANCE));
        checkExpected(expected);
        if (method != null) {
            jws.problem(method.key(), "JWT").ifPresent(this::add);
        }
        return new Opened(
                claims,
                structure(kind, envelope),
                problems,
                "signed by " + jws.text("alg").orElse("no algorithm") + " as " + kind.mediaType(),
                method == null ? List.of() : List.of(method));
    }

    /** What is wrong with the envelope itself. */
    static List<Problem> structure(Kind kind, ObjectNode envelope) {
        ModelRules rules = new ModelRules(Optional.empty());
        if (DataIntegrity.values(envelope.path("@context")).stream()
                .noneMatch(context -> ModelRules.isText(context, Vocabulary.VCDM))) {
            rules.broken("@context", "of the envelope does not have " + Vocabulary.VCDM);
        }
        if (DataIntegrity.values(envelope.path("type")).size() != 1) {
            rules.broken("type", "of the envelope is not " + kind.type + " alone");
        }
        return rules.problems();
    }

    /** RFC 2397: the data of the URL as they are, for a JWT has no other characters. */
    private static String compact(Kind kind, ObjectNode envelope) {
        String prefix = "data:application/" + kind.mediaType() + ",";
        JsonNode id = envelope.path("id");
        if (!id.isString() || !id.stringValue().startsWith(prefix)) {
            throw new MalformedException(
                    "the id of an envelope begins with " + prefix + ", which alone this node opens");
        }
        return id.stringValue().substring(prefix.length());
    }

    private void checkHeader() {
        jws.text("typ").ifPresent(typ -> {
            // section 3.1.1: SHOULD; but what says to be something else must not be taken for this
            if (!Set.of(kind.mediaType(), "application/" + kind.mediaType(), "JWT")
                    .contains(typ)) {
                add(Problem.proof("the JWT is of the type " + typ + ", not " + kind.mediaType()));
            }
        });
        problems.addAll(forbidden(claims));
    }

    /** What is wrong with a JWT as data model 1.1 had them: with a credential of that version, or with claims around it. */
    static List<Problem> forbidden(ObjectNode claims) {
        Stream<Problem> version = DataModel.of(claims) == DataModel.V1_1
                ? Stream.of(Problem.malformed(
                        "@context", "is that of data model 1.1; such a JWT holds 2.0 (VC-JOSE-COSE section 1.1.2.1)"))
                : Stream.empty();
        Stream<Problem> wrappers = Stream.of("vc", "vp")
                .filter(claims::has)
                .map(claim -> Problem.malformed(claim, "must not be a claim of a JWT (VC-JOSE-COSE section 1.1.2.1)"));
        return Stream.concat(version, wrappers).toList();
    }

    /** Section 4.1: the key that kid names; a kid that is but a fragment belongs to iss. */
    private @Nullable VerificationMethod method(ExpectedProof expected) {
        try {
            return expected.dids().method(methodId(), expected.purpose());
        } catch (MalformedException e) {
            add(Problem.verificationMethod("kid: " + e.getMessage()));
            return null;
        }
    }

    private String methodId() {
        return jws.methodId(issuerClaim().orElse(""));
    }

    private Optional<String> issuerClaim() {
        JsonNode iss = jws.header().has("iss") ? jws.header().path("iss") : claims.path("iss");
        return iss.stringValueOpt();
    }

    /** RFC 7519 sections 4.1.4 to 4.1.6: of the signature, not of what it says. */
    private void checkTimes(Instant now, Instant latestCreated) {
        Instant expires = NumericDate.of(claims, "exp", problems);
        if (expires != null && !now.isBefore(expires)) {
            add(Problem.proof("the JWT has expired: " + expires));
        }
        for (String claim : List.of("iat", "nbf")) {
            Instant from = NumericDate.of(claims, claim, problems);
            if (from != null && from.isAfter(latestCreated)) {
                add(Problem.proof("the JWT is of the future: " + from));
            }
        }
    }

    private void checkExpected(ExpectedProof expected) {
        JsonNode issuer = ModelRules.idOf(claims.path(kind.signer));
        issuerClaim().ifPresent(iss -> {
            if (issuer.isString() && !issuer.stringValue().equals(iss)) {
                add(Problem.proof("iss is " + iss + ", but the " + kind.signer + " is " + issuer.stringValue()));
            }
        });
        expected.domain().ifPresent(domain -> {
            if (DataIntegrity.values(claims.path("aud")).stream()
                    .noneMatch(audience -> ModelRules.isText(audience, domain))) {
                add(Problem.domain("the JWT was made for " + claims.path("aud") + ", not for " + domain));
            }
        });
        expected.challenge().ifPresent(challenge -> {
            if (!ModelRules.isText(claims.path("nonce"), challenge)) {
                add(Problem.challenge("the JWT was made for another challenge"));
            }
        });
    }

    private void add(Problem problem) {
        problems.add(problem);
    }
}
