package dev.grapevine.node.registry;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.credential.CredentialIssuer;
import dev.grapevine.node.credential.IssuedCredential;
import dev.grapevine.node.credential.ProfileClaims;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.ProfileLimits;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A version of a profile, finished but for its place in the log: all that costs time is done before the transaction.
 *
 * @param contentDigest of the request
 * @param credential signed
 * @param body as it is read
 * @param opening its bytes and a fresh salt
 */
public record Draft(
        ProfileRequest request, Hash contentDigest, IssuedCredential credential, ProfileBody body, Opening opening) {

    /**
     * Makes credential and body.
     *
     * @param status where the credential's status stands, if it has one
     * @throws dev.grapevine.node.credential.InvalidClaimsException where the claims make no credential
     * @throws MalformedException where the body breaks a limit
     */
    static Draft make(
            ProfileRequest request,
            Optional<StatusPlace> status,
            CredentialIssuer issuer,
            Instant now,
            SecureRandom random) {
        ObjectNode claims = request.publicClaims().deepCopy();
        claims.setAll(request.claims());
        IssuedCredential credential = issuer.issue(
                new ProfileClaims(
                        request.username(),
                        request.displayName(),
                        request.subject().orElse(null),
                        claims,
                        request.evidence(),
                        now,
                        request.validUntil().orElse(null)),
                status);
        ProfileBody body = new ProfileBody(
                request.username(),
                request.displayName(),
                request.subject(),
                request.publicClaims(),
                Optional.of(Hash.wrap(credential.digest())),
                request.visibility());
        byte[] salt = new byte[ProfileLimits.SALT_BYTES];
        random.nextBytes(salt);
        return new Draft(request, request.contentDigest(), credential, body, new Opening(body.encode(), salt));
    }

    /** What it takes in memory, nearly; the claims once more, for they stand there as they were read. */
    int bytes() {
        return 2 * (credential.json().length + opening.body().length);
    }

    String username() {
        return request.username();
    }

    Optional<Long> validUntilMillis() {
        return request.validUntil().map(Instant::toEpochMilli);
    }
}
