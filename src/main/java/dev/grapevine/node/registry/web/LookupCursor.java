package dev.grapevine.node.registry.web;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.trust.TrustLevel;

/** Where a page of a lookup ended, as text: the level of trust and the issuer's id, {@code known:did:key:z6Mk…}. */
final class LookupCursor {

    private LookupCursor() {}

    static String text(Place place) {
        return place.trust().text() + ":" + place.issuer().did();
    }

    /** @throws InvalidFieldsException where it is no cursor */
    static Place parse(String cursor) {
        try {
            int colon = Math.max(0, cursor.indexOf(':'));
            TrustLevel trust = TrustLevel.parse(cursor.substring(0, colon))
                    .orElseThrow(() -> new MalformedException("no level of trust"));
            return new Place(trust, IssuerId.parse(cursor.substring(colon + 1)));
        } catch (MalformedException e) {
            throw new InvalidFieldsException("cursor", "is no cursor");
        }
    }
}
