package dev.grapevine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DidWebTest {

    /** The examples of w3c-ccg/did-method-web section 2.5.2, and both cases of the escaped colon. */
    @ParameterizedTest
    @CsvSource({
        "did:web:w3c-ccg.github.io,               https://w3c-ccg.github.io/.well-known/did.json",
        "did:web:w3c-ccg.github.io:user:alice,    https://w3c-ccg.github.io/user/alice/did.json",
        "did:web:example.com%3A3000:user:alice,   https://example.com:3000/user/alice/did.json",
        "did:web:example.com%3a3000,              https://example.com:3000/.well-known/did.json",
        "did:web:localhost%3A8443,                https://localhost:8443/.well-known/did.json"
    })
    void saysWhereTheDocumentIs(String did, String url) {
        assertThat(DidWeb.url(did)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "did:web:",
                "did:web:example.com/user",
                "did:web:example.com:",
                "did:web:example.com::user",
                "did:web:example.com:..:secret",
                "did:web:example.com:.git",
                "did:web:example.com:%2e%2E:secret",
                "did:web:example..com",
                "did:web:example-.com",
                "did:web:example.com:a%2Fb",
                "did:web:example.com%3A",
                "did:web:example.com%3Ax",
                "did:web:example.com%3A65536",
                "did:web:user@example.com",
                "did:web:127.0.0.1",
                "did:web:169.254.169.254:latest",
                "did:web:2130706433",
                "did:web:0x7f000001",
                "did:web:[::1]",
                "did:web:%5B%3A%3A1%5D",
                "did:web:example.com?x",
                "did:web:example.com#key",
                "did:key:z6Mk"
            })
    void refusesWhatIsNone(String did) {
        assertThatThrownBy(() -> DidWeb.url(did)).isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesALongOne() {
        assertThatThrownBy(() -> DidWeb.url("did:web:example.com:" + "a".repeat(1024)))
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://id.example.org", "https://id.example.org:8443", "https://example.org/a/b"})
    void namesAUrl(String url) {
        String did = DidWeb.of(URI.create(url));

        assertThat(DidWeb.url(did).toString()).startsWith(url).endsWith("/did.json");
    }
}
