package dev.grapevine.node.status;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.audit.Audit;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.credential.StatusPurpose;
import dev.grapevine.node.status.KnownCredential.Place;
import java.util.List;
import java.util.Optional;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Credentials of this node by their ids: their statuses, and what was kept of them. */
public final class StatusChanges {

    private final IssuedTable issued;
    private final ProfileCredentials profiles;
    private final StatusRows rows;
    private final Audit audit;
    private final TransactionalOperator transaction;

    StatusChanges(
            IssuedTable issued,
            ProfileCredentials profiles,
            StatusRows rows,
            Audit audit,
            ReactiveTransactionManager transactions) {
        this.issued = issued;
        this.profiles = profiles;
        this.rows = rows;
        this.audit = audit;
        this.transaction = TransactionalOperator.create(transactions);
    }

    /** What became of a change. */
    public enum Outcome {
        /** It is so now. */
        DONE,
        UNKNOWN_CREDENTIAL,
        /** The credential has no status. */
        NO_STATUS,
        /** The entry that was named is not the credential's. */
        OTHER_ENTRY,
        /** Its profile is to be revoked instead, of which all nodes hear. */
        REVOKE_THE_PROFILE,
        /** A revocation is not reversible (Bitstring Status List section 2.1). */
        NOT_REVERSIBLE
    }

    /** The credentials of an id, the newest first. */
    public Flux<KnownCredential> find(String id) {
        if (id.indexOf(0) >= 0) {
            return Flux.empty();
        }
        return issued.find(id)
                .concatWith(Mono.justOrEmpty(KnownCredential.uuid(id)).flatMap(profiles::find));
    }

    /**
     * Sets or lifts the status of all credentials of an id.
     *
     * @param entry where the caller says that the status stands; empty: the caller does not say
     */
    public Mono<Outcome> set(String id, StatusPurpose purpose, Optional<Place> entry, boolean set, Actor actor) {
        return find(id).collectList()
                .flatMap(found -> {
                    Optional<Outcome> refused = refused(found, purpose, entry);
                    return refused.isPresent()
                            ? Mono.just(refused.get())
                            : set(places(found, entry), purpose, set, actor);
                })
                .as(transaction::transactional);
    }

    private static Optional<Outcome> refused(
            List<KnownCredential> found, StatusPurpose purpose, Optional<Place> entry) {
        if (found.isEmpty()) {
            return Optional.of(Outcome.UNKNOWN_CREDENTIAL);
        }
        if (found.stream().allMatch(credential -> credential.place().isEmpty())) {
            return Optional.of(Outcome.NO_STATUS);
        }
        if (places(found, entry).isEmpty()) {
            return Optional.of(Outcome.OTHER_ENTRY);
        }
        return purpose == StatusPurpose.REVOCATION && found.stream().anyMatch(KnownCredential::ofProfile)
                ? Optional.of(Outcome.REVOKE_THE_PROFILE)
                : Optional.empty();
    }

    private static List<Place> places(List<KnownCredential> found, Optional<Place> entry) {
        return found.stream()
                .flatMap(credential -> credential.place().stream())
                .filter(place -> entry.isEmpty() || entry.get().equals(place))
                .toList();
    }

    private Mono<Outcome> set(List<Place> places, StatusPurpose purpose, boolean set, Actor actor) {
        Mono<Boolean> revoked = purpose == StatusPurpose.REVOCATION && !set
                ? Flux.fromIterable(places)
                        .concatMap(place -> rows.isSet(new ListName(place.list(), purpose), place.index()))
                        .any(is -> is)
                : Mono.just(false);
        return revoked.flatMap(is -> is
                ? Mono.just(Outcome.NOT_REVERSIBLE)
                : Flux.fromIterable(places)
                        .concatMap(place -> put(place, purpose, set, actor))
                        .then(Mono.just(Outcome.DONE)));
    }

    private Mono<Void> put(Place place, StatusPurpose purpose, boolean set, Actor actor) {
        ListName list = new ListName(place.list(), purpose);
        return rows.put(list, place.index(), set)
                .then(audit.record(
                        actor, set ? "credential.status-set" : "credential.status-lifted", list + " " + place.index()));
    }

    /**
     * Deletes what was kept of an id, and revokes it.
     *
     * @return {@link Outcome#REVOKE_THE_PROFILE} for that of a profile, which is erased with the profile alone
     */
    public Mono<Outcome> delete(String id, Actor actor) {
        if (id.indexOf(0) >= 0) {
            return Mono.just(Outcome.UNKNOWN_CREDENTIAL);
        }
        Mono<Outcome> others = Mono.justOrEmpty(KnownCredential.uuid(id))
                .flatMap(profiles::find)
                .map(credential -> Outcome.REVOKE_THE_PROFILE)
                .defaultIfEmpty(Outcome.UNKNOWN_CREDENTIAL);
        return issued.delete(id)
                .concatMap(credential -> Mono.justOrEmpty(credential.place())
                        .flatMap(place -> put(place, StatusPurpose.REVOCATION, true, actor))
                        .thenReturn(credential))
                .count()
                .flatMap(count -> count == 0
                        ? others
                        : audit.record(actor, "credential.deleted", null).thenReturn(Outcome.DONE))
                .as(transaction::transactional);
    }
}
