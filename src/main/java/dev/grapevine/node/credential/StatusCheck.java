package dev.grapevine.node.credential;

import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import dev.grapevine.node.credential.StatusList.NoListException;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.problem.ProblemType;
import java.math.BigInteger;
import java.util.Optional;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks what a credential's {@code credentialStatus} says of it (Bitstring Status List section 3.2). */
final class StatusCheck extends EntryCheck {

    private final OwnStatusLists own;
    private final StatusLists lists;

    /**
     * @param own of this node
     * @param lists of others
     */
    StatusCheck(OwnStatusLists own, StatusLists lists) {
        super(Check.Name.STATUS, "credentialStatus");
        this.own = own;
        this.lists = lists;
    }

    @Override
    Problem unavailable(String detail) {
        return Problem.statusRetrieval(detail);
    }

    @Override
    Mono<Finding> find(JsonNode json, ObjectNode credential) {
        String issuer = CredentialStructure.issuer(credential).asString("");
        if (!StatusEntry.isEntry(json)) {
            return bad(Problem.status("this node reads no status of the type " + json.path("type")));
        }
        ModelRules rules = new ModelRules(Optional.empty());
        Optional<StatusEntry> read = StatusEntry.read(json, rules);
        if (read.isEmpty()) {
            return bad(rules.problems().getFirst());
        }
        StatusEntry entry = read.get();
        return own.name(entry.listUrl())
                .map(name -> findOwn(name, entry, issuer))
                .orElseGet(() -> findOther(entry, issuer))
                .onErrorResume(NoListException.class, e -> bad(e.problem()))
                .onErrorResume(
                        UnavailableException.class,
                        e -> Mono.just(new Finding.Unavailable(String.valueOf(e.getMessage()))));
    }

    private Mono<Finding> findOwn(ListName name, StatusEntry entry, String issuer) {
        if (!issuer.equals(own.issuer(name))) {
            return bad(otherIssuer(issuer, own.issuer(name)));
        }
        if (!name.purpose().text().equals(entry.purpose()) || entry.size() != 1) {
            return bad(otherPurpose(entry));
        }
        if (entry.index().compareTo(BigInteger.valueOf(Bitstring.MIN_ENTRIES)) >= 0) {
            return bad(outOfRange(entry, Bitstring.MIN_ENTRIES));
        }
        return own.isSet(name, entry.index().intValueExact())
                .map(set -> judge(entry, set ? 1 : 0))
                .defaultIfEmpty(new Finding.Unavailable("this node has no status list " + name));
    }

    private Mono<Finding> findOther(StatusEntry entry, String issuer) {
        return lists.get(entry.listUrl()).map(list -> {
            if (!list.issuer().equals(issuer)) {
                return new Finding.Bad(otherIssuer(issuer, list.issuer()));
            }
            if (!list.purposes().contains(entry.purpose())) {
                return new Finding.Bad(otherPurpose(entry));
            }
            long places = list.bits().entries(entry.size());
            if (places < Bitstring.MIN_ENTRIES) {
                return new Finding.Bad(Problem.statusListLength(
                        "the status list has " + places + " places, fewer than " + Bitstring.MIN_ENTRIES));
            }
            return entry.index().compareTo(BigInteger.valueOf(places)) >= 0
                    ? new Finding.Bad(outOfRange(entry, places))
                    : judge(entry, list.bits().value(entry.index().longValueExact(), entry.size()));
        });
    }

    /** Section 2.1, statusPurpose: refresh does not invalidate, and what a message means is for its reader to say. */
    private static Finding judge(StatusEntry entry, int value) {
        String detail = entry.purpose() + ": " + entry.message(value);
        if (value == 0) {
            return new Finding.Good(detail);
        }
        return switch (entry.purpose()) {
            case "refresh", "message" -> new Finding.Good(detail);
            case "revocation" ->
                new Finding.Bad(Problem.own(ProblemType.REVOKED, "its issuer has revoked the credential"));
            case "suspension" ->
                new Finding.Bad(Problem.own(ProblemType.SUSPENDED, "its issuer has suspended the credential"));
            default -> new Finding.Bad(Problem.status("its status is set: " + detail));
        };
    }

    /** A list may be another's, by section 2.2; then nobody could tell whom to believe, so this node takes none. */
    private static Problem otherIssuer(String issuer, String ofList) {
        return Problem.status("the status list is " + ofList + "'s, the credential is " + issuer + "'s");
    }

    private static Problem otherPurpose(StatusEntry entry) {
        return Problem.status("the status list is not for the statusPurpose " + entry.purpose());
    }

    private static Problem outOfRange(StatusEntry entry, long places) {
        return Problem.range("statusListIndex " + entry.index() + " is outside of a list of " + places + " places");
    }

    private static Mono<Finding> bad(Problem problem) {
        return Mono.just(new Finding.Bad(problem));
    }
}
