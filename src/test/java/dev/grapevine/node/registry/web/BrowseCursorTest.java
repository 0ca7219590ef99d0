package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.Attestation.Status;
import dev.grapevine.node.registry.ProfileBrowser.Position;
import dev.grapevine.node.registry.ProfileBrowser.Query;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowseCursorTest {

    private static final IssuerId ISSUER =
            new IssuerId(IssuerLogFixture.privateKey(1).publicKey());
    private static final Query QUERY = new Query("ad", Optional.of(ISSUER), Optional.of(Status.ACTIVE));
    private static final Position POSITION = new Position("ada", ISSUER);

    @Test
    void aCursorIsReadBackByItsOwnQuery() {
        assertThat(BrowseCursor.read(QUERY, BrowseCursor.of(QUERY, POSITION))).isEqualTo(POSITION);
    }

    @Test
    void aCursorOfAnotherQueryIsRefused() {
        String cursor = BrowseCursor.of(QUERY, POSITION);
        refuses(new Query("", Optional.of(ISSUER), Optional.of(Status.ACTIVE)), cursor);
        refuses(new Query("ad", Optional.empty(), Optional.of(Status.ACTIVE)), cursor);
        refuses(new Query("ad", Optional.of(ISSUER), Optional.empty()), cursor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "!", "YWRh", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "ąć", "AAAA===="})
    void whatIsNoCursorIsRefused(String text) {
        refuses(QUERY, text);
    }

    @Test
    void aCursorWithAnotherUsernameOrIssuerInItIsRefusedUnlessTheyCouldBe() {
        String text =
                new String(Base64.getUrlDecoder().decode(BrowseCursor.of(QUERY, POSITION)), StandardCharsets.UTF_8);
        refuses(QUERY, encoded(text.replace(" ada ", " Ada ")));
        refuses(QUERY, encoded(text.replace("did:key", "did:web")));
        refuses(QUERY, encoded(text + " more"));
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(Query query, String cursor) {
        assertThatThrownBy(() -> BrowseCursor.read(query, cursor))
                .isInstanceOfSatisfying(
                        InvalidFieldsException.class,
                        e -> assertThat(e.violations().getFirst().pointer()).isEqualTo("cursor"));
    }
}
