package dev.grapevine.node.registry;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.profile.StrictJson;
import dev.grapevine.node.registry.Answer.ProfileKey;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The credentials of profiles. Private ones never leave the node of their issuer but to whoever may read there; public ones are to be had
 * on any node: from its own table, from memory, or from a peer. What the registry says when the answer is given decides, so
 * that neither an erasure nor a newer version is ever overtaken.
 */
public final class Credentials implements PublicObjects {

    private static final int MAX_DEPTH = 64;
    private static final StrictJson JSON = new StrictJson(MAX_DEPTH);

    private final Transactions database;
    private final Registry registry;
    private final IssuerId own;
    private final CredentialCache cache;
    private final Supplier<ObjectSource> peers;

    /** @param peers asked for at the first need, for they come later than the registry */
    Credentials(
            Transactions database,
            Registry registry,
            IssuerId own,
            CredentialCache cache,
            Supplier<ObjectSource> peers) {
        this.database = database;
        this.registry = registry;
        this.own = own;
        this.cache = cache;
        this.peers = peers;
    }

    /** What becomes of the question for a profile's credential. */
    public sealed interface Found {

        /** Nobody known here has a profile of the username, or the issuer asked for has none. */
        record Unknown() implements Found {}

        /** Several issuers have; which one is meant has to be said. */
        record Several(List<Attestation> attestations) implements Found {}

        /** Only its issuer hands it out. */
        record Private(Attestation attestation) implements Found {}

        /** The issuer has published none with this profile, or what it names is no JSON object. */
        record None(Attestation attestation) implements Found {}

        /** There is one, but neither this node nor a peer that was asked has it now. */
        record Unavailable(Attestation attestation) implements Found {}

        /** @param json its canonical bytes, of which the body has the digest; empty if the caller knew them */
        record Held(Named named, byte[] json) implements Found {}
    }

    /** A profile's current version that names a credential which the caller may have. */
    public record Named(Attestation attestation, Hash digest, Visibility visibility) {

        private ProfileKey profile() {
            return new ProfileKey(attestation.issuer(), attestation.profileId());
        }

        private boolean isPublic() {
            return visibility == Visibility.PUBLIC;
        }
    }

    /**
     * The credential of a username.
     *
     * @param issuer whose; where none is given, there has to be but one
     * @param reader whether the caller may read what is private on this node
     * @param known whether the caller has the credential of a digest already; then none is fetched for it
     */
    public Mono<Found> find(String username, Optional<IssuerId> issuer, boolean reader, Predicate<Hash> known) {
        return resolve(username, issuer, reader).flatMap(resolved -> switch (resolved) {
            case Resolved.Final end -> Mono.just(end.found);
            case Resolved.Open open ->
                known.test(open.named.digest)
                        ? Mono.just(new Found.Held(open.named, new byte[0]))
                        : bytes(open.named, username, reader);
        });
    }

    private Mono<Found> bytes(Named named, String username, boolean reader) {
        return held(named)
                .<Found>map(json -> new Found.Held(named, json))
                .switchIfEmpty(Mono.defer(() -> fetch(named, username, reader)));
    }

    private sealed interface Resolved {
        record Final(Found found) implements Resolved {}

        record Open(Named named) implements Resolved {}
    }

    private Mono<Resolved> resolve(String username, Optional<IssuerId> issuer, boolean reader) {
        Mono<List<Attestation>> shown = issuer.map(
                        asked -> registry.attestation(username, asked).map(List::of))
                .orElseGet(() -> registry.lookup(username))
                .defaultIfEmpty(List.of());
        return shown.map(attestations -> switch (attestations.size()) {
            case 0 -> new Resolved.Final(new Found.Unknown());
            case 1 -> named(attestations.getFirst(), reader);
            default -> new Resolved.Final(new Found.Several(attestations));
        });
    }

    private Resolved named(Attestation attestation, boolean reader) {
        if (attestation.body().isEmpty()) {
            return new Resolved.Final(new Found.Unavailable(attestation));
        }
        ProfileBody body = attestation.body().get();
        boolean mayHave = body.visibility() == Visibility.PUBLIC
                || (reader && attestation.issuer().equals(own));
        if (!mayHave) {
            return new Resolved.Final(new Found.Private(attestation));
        }
        return body.credentialDigest()
                .<Resolved>map(digest -> new Resolved.Open(new Named(attestation, digest, body.visibility())))
                .orElseGet(() -> new Resolved.Final(new Found.None(attestation)));
    }

    /** In the table, if this node has issued it, or in memory. */
    private Mono<byte[]> held(Named named) {
        return own(named).switchIfEmpty(Mono.fromSupplier(() -> cache.get(named.digest)));
    }

    private Mono<byte[]> own(Named named) {
        return named.attestation.issuer().equals(own)
                ? database.read(connection -> json(connection, named.profile()))
                        .next()
                        .filter(json -> Hash.of(json).equals(named.digest))
                : Mono.empty();
    }

    private static Flux<byte[]> json(PostgresqlConnection connection, ProfileKey profile) {
        return Flux.from(connection
                        .createStatement("SELECT c.json FROM credentials c JOIN issuers i ON i.id = c.issuer"
                                + " WHERE i.did = $1 AND c.profile_id = $2")
                        .bind("$1", profile.issuer().did())
                        .bind("$2", profile.profileId())
                        .execute())
                .concatMap(result -> result.map(row -> Rows.required(row, "json", byte[].class)));
    }

    /** What was fetched is kept first and then looked up anew: an erasure that came meanwhile is seen either then or by the memory. */
    private Mono<Found> fetch(Named named, String username, boolean reader) {
        Mono<byte[]> fetched =
                named.isPublic() ? peers.get().fetch(named.digest, named.attestation.receivedFrom()) : Mono.empty();
        return fetched.<Found>flatMap(json -> {
                    if (!isObject(json)) {
                        return Mono.just(new Found.None(named.attestation));
                    }
                    cache.keep(named.profile(), named.digest, json);
                    return resolve(username, Optional.of(named.attestation.issuer()), reader)
                            .map(now -> stillNamed(now, named, json));
                })
                .defaultIfEmpty(new Found.Unavailable(named.attestation));
    }

    private Found stillNamed(Resolved now, Named before, byte[] json) {
        if (now instanceof Resolved.Open open && open.named.digest.equals(before.digest)) {
            return new Found.Held(open.named, json);
        }
        cache.remove(before.profile());
        return now instanceof Resolved.Final end ? end.found : new Found.Unavailable(before.attestation);
    }

    private static boolean isObject(byte[] json) {
        try {
            JSON.readObject(json);
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    @Override
    public Mono<byte[]> object(Hash digest) {
        return registry.naming(digest)
                .filter(Credentials::publishes)
                .map(attestation -> new Named(attestation, digest, Visibility.PUBLIC))
                .concatMap(this::held)
                .next();
    }

    private static boolean publishes(Attestation attestation) {
        return attestation.body().map(ProfileBody::visibility).equals(Optional.of(Visibility.PUBLIC));
    }
}
