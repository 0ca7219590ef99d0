package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Attestation;
import dev.grapevine.node.registry.ProfileBrowser.Position;
import dev.grapevine.node.registry.ProfileBrowser.Query;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a page ended, as text that callers give back unread. It belongs to the query that it was made for. */
final class BrowseCursor {

    private static final String SEPARATOR = " ";
    private static final int DIGEST_CHARACTERS = 16;
    private static final int PARTS = 3;

    private BrowseCursor() {}

    static String of(Query query, Position position) {
        String text = String.join(
                SEPARATOR, digest(query), position.username(), position.issuer().did());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** @throws InvalidFieldsException where it is no cursor, or one of another query */
    static Position read(Query query, String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            String[] parts = text.split(SEPARATOR, -1);
            if (parts.length == PARTS && parts[0].equals(digest(query)) && Usernames.isValid(parts[1])) {
                return new Position(parts[1], IssuerId.parse(parts[2]));
            }
        } catch (IllegalArgumentException | MalformedException e) {
            throw refusal();
        }
        throw refusal();
    }

    private static InvalidFieldsException refusal() {
        return new InvalidFieldsException("cursor", "is no cursor of this query; take it from next");
    }

    private static String digest(Query query) {
        String text = String.join(
                SEPARATOR,
                query.prefix(),
                query.issuer().map(IssuerId::did).orElse(""),
                query.status().map(Attestation.Status::text).orElse(""));
        return Hash.of(text.getBytes(StandardCharsets.US_ASCII)).hex().substring(0, DIGEST_CHARACTERS);
    }
}
