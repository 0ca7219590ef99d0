package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Registry.Place;
import dev.grapevine.node.trust.TrustLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cursor is a place, and nothing else is a cursor. */
class LookupCursorTest {

    private static final String ADA = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";

    @Test
    void aPlaceGoesThereAndBack() {
        Place place = new Place(TrustLevel.TRUSTED, IssuerId.parse(ADA));
        assertThat(LookupCursor.text(place)).isEqualTo("trusted:" + ADA);
        assertThat(LookupCursor.parse(LookupCursor.text(place))).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "known:", "known:did:key:zzz", ADA, "friend:" + ADA, "known"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> LookupCursor.parse(text)).isInstanceOf(InvalidFieldsException.class);
    }
}
