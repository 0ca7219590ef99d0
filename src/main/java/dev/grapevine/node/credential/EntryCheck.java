package dev.grapevine.node.credential;

import dev.grapevine.node.credential.CredentialVerifier.Wanted;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A check of each entry of one property of a credential, for which documents of other hosts may have to be loaded. */
abstract sealed class EntryCheck permits StatusCheck, SchemaCheck {

    /** A credential with more entries is refused, for each may have to be fetched. */
    static final int MAX_ENTRIES = 8;

    private final Check.Name name;
    private final String property;

    EntryCheck(Check.Name name, String property) {
        this.name = name;
        this.property = property;
    }

    /** What was found out about one entry. */
    sealed interface Finding {
        record Good(String detail) implements Finding {}

        record Bad(Problem problem) implements Finding {}

        record Unavailable(String detail) implements Finding {}

        /** Of a kind that this node does not read, and that nobody must. */
        record PassedOver(String detail) implements Finding {}
    }

    /** Finds out about one entry. */
    abstract Mono<Finding> find(JsonNode entry, ObjectNode credential);

    /** What is wrong where something is not to be had and the caller does not want that reported. */
    abstract Problem unavailable(String detail);

    /**
     * Checks all entries.
     *
     * @param genuine whether the credential is its issuer's: for any other nothing is fetched, or anybody could have this node fetch from
     *     anywhere
     */
    Mono<Check> check(ObjectNode credential, Wanted wanted, boolean genuine) {
        if (!wanted.checks().contains(name)) {
            return skipped("not asked for");
        }
        if (!credential.has(property)) {
            return skipped("the credential has no " + property);
        }
        if (!genuine) {
            return skipped("not looked up, for the credential is not genuine");
        }
        List<JsonNode> entries = DataIntegrity.values(credential.path(property));
        if (entries.size() > MAX_ENTRIES) {
            return Mono.just(
                    Check.failed(name, Problem.malformed(property, "has more than " + MAX_ENTRIES + " entries")));
        }
        return Flux.fromIterable(entries)
                .concatMap(entry -> find(entry, credential))
                .collectList()
                .map(findings -> outcome(findings, wanted.tolerated().contains(name)));
    }

    private Mono<Check> skipped(String detail) {
        return Mono.just(Check.skipped(name, detail));
    }

    private Check outcome(List<Finding> findings, boolean tolerant) {
        List<Problem> problems = new ArrayList<>();
        List<String> unavailable = new ArrayList<>();
        List<String> good = new ArrayList<>();
        List<String> passedOver = new ArrayList<>();
        for (Finding finding : findings) {
            switch (finding) {
                case Finding.Bad bad -> problems.add(bad.problem);
                case Finding.Unavailable missing -> unavailable.add(missing.detail);
                case Finding.Good fine -> good.add(fine.detail);
                case Finding.PassedOver other -> passedOver.add(other.detail);
            }
        }
        if (!unavailable.isEmpty() && tolerant && problems.isEmpty()) {
            return Check.unavailable(name, String.join("; ", unavailable));
        }
        unavailable.forEach(detail -> problems.add(unavailable(detail)));
        if (problems.isEmpty() && good.isEmpty()) {
            return Check.skipped(name, String.join("; ", passedOver));
        }
        good.addAll(passedOver);
        return Check.of(name, problems, String.join("; ", good));
    }
}
