package dev.grapevine.node.credential;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A status list out of a credential that was verified (Bitstring Status List section 2.2).
 *
 * @param issuer of the list's credential
 * @param purposes what its bits may mean
 * @param bits the statuses
 * @param validUntil when it ends to be a list; null: never
 * @param timeToLive after which it should be read again; empty: the list does not say
 */
record StatusList(
        String issuer,
        Set<String> purposes,
        Bitstring bits,
        @Nullable Instant validUntil,
        Optional<Duration> timeToLive) {

    /** A longer time to live is as good as this one. */
    private static final long MAX_TTL_MILLIS = Duration.ofDays(3650).toMillis();

    /** A credential is no status list, for a reason that has the specification's own type. */
    static final class NoListException extends RuntimeException {

        private final transient Problem problem;

        NoListException(Problem problem) {
            super(problem.detail());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /**
     * Reads the list of a credential.
     *
     * @param url where the credential was found
     * @throws NoListException where it holds none
     */
    static StatusList of(String url, ObjectNode credential) {
        ModelRules rules = new ModelRules(Optional.empty());
        JsonNode subject = credential.path("credentialSubject");
        if (!ModelRules.isOfType(credential, StatusListWriter.CREDENTIAL_TYPE)) {
            rules.broken("type", "of the status list does not include " + StatusListWriter.CREDENTIAL_TYPE);
        }
        if (!ModelRules.isOfType(subject, StatusListWriter.SUBJECT_TYPE)) {
            rules.broken("credentialSubject.type", "of the status list is not " + StatusListWriter.SUBJECT_TYPE);
        }
        List<JsonNode> purposes = DataIntegrity.values(subject.path("statusPurpose"));
        if (purposes.isEmpty() || !purposes.stream().allMatch(JsonNode::isString)) {
            rules.broken("credentialSubject.statusPurpose", "of the status list is not one text or several");
        }
        if (!subject.path("encodedList").isString()) {
            rules.broken("credentialSubject.encodedList", "of the status list is not text");
        }
        JsonNode ttl = subject.path("ttl");
        if (!ttl.isMissingNode() && (!ttl.isNumber() || ttl.doubleValue() < 0)) {
            rules.broken("credentialSubject.ttl", "of the status list is not a time in milliseconds");
        }
        if (!rules.problems().isEmpty()) {
            throw new NoListException(rules.problems().getFirst());
        }
        // section 2.2: it MAY have an id, that of the place where it is found; another list's must not pass for it
        if (credential.has("id") && !ModelRules.isText(credential.path("id"), url)) {
            throw new NoListException(Problem.status("what is found at " + url + " is another status list"));
        }
        Set<String> names = new HashSet<>();
        purposes.forEach(purpose -> names.add(purpose.stringValue()));
        return new StatusList(
                CredentialStructure.issuer(credential).asString(""),
                names,
                bits(subject.path("encodedList").stringValue()),
                Period.of(credential).until(),
                ttl.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(Duration.ofMillis((long) Math.min(ttl.doubleValue(), (double) MAX_TTL_MILLIS))));
    }

    private static Bitstring bits(String encodedList) {
        try {
            return Bitstring.decode(encodedList);
        } catch (MalformedException e) {
            throw new NoListException(
                    Problem.malformed("credentialSubject.encodedList", "of the status list " + e.getMessage()));
        }
    }
}
