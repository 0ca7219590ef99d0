package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;

/** Who may make which request. */
class RoutesTest {

    @ParameterizedTest
    @CsvSource({
        "GET,    /api/v1/profiles/ada,                 everybody",
        "HEAD,   /api/v1/profiles/ada,                 everybody",
        "GET,    /api/v1/profiles/ada/credential,      everybody",
        "POST,   /api/v1/profiles/lookup,              everybody",
        "GET,    /api/v1/issuers,                      everybody",
        "GET,    /api/v1/issuers/did:key:z6Mk,         everybody",
        "GET,    /api/v1/issuers/did:key:z6Mk/log,     everybody",
        "GET,    /api/v1/network/status,               everybody",
        "POST,   /credentials/verify,                  everybody",
        "POST,   /presentations/verify,                everybody",
        "POST,   /challenges,                          everybody",
        "POST,   /presentations/prove,                 issuer",
        "GET,    /.well-known/did.json,                everybody",
        "GET,    /status-lists/1,                      everybody",
        "GET,    /vocabularies/profile/v1,             everybody",
        "GET,    /.well-known/did.json,                everybody",
        "GET,    /problems/not-found,                  everybody",
        "GET,    /v3/api-docs,                         everybody",
        "GET,    /swagger-ui/index.html,               everybody",
        "GET,    /,                                    everybody",
        "GET,    /api/v1/profiles,                     reader",
        "GET,    /api/v1/profiles/,                    reader",
        "GET,    /api/v1/profiles/stream,              reader",
        "GET,    /api/v1/profiles/ada/history,         reader",
        "GET,    /api/v1/registry/digest,              reader",
        "GET,    /credentials/1,                       reader",
        "POST,   /api/v1/profiles,                     issuer",
        "POST,   /api/v1/profiles/import,              issuer",
        "POST,   /api/v1/profiles/ada/revoke,          issuer",
        "PUT,    /api/v1/profiles/ada,                 issuer",
        "PATCH,  /api/v1/profiles/ada,                 issuer",
        "DELETE, /api/v1/profiles/ada,                 issuer",
        "GET,    /api/v1/erasures/1,                   issuer",
        "DELETE, /api/v1/erasures/1,                   operator",
        "POST,   /credentials/issue,                   issuer",
        "GET,    /api/v1/keys,                         operator",
        "POST,   /api/v1/keys,                         operator",
        "DELETE, /api/v1/keys/3f9a,                    operator",
        "GET,    /api/v1/audit,                        operator",
        "PUT,    /api/v1/issuers/did:key:z6Mk/trust,   operator",
        "GET,    /api/v1/network/peers,                operator",
        "GET,    /api/v2/anything,                     operator",
        "POST,   /credentials/status,                  issuer",
        "DELETE, /credentials/1,                       issuer",
        "PUT,    /credentials/1,                       operator",
        "GET,    /status-lists/1,                      everybody",
        "POST,   /status-lists,                        operator",
        "POST,   /nowhere,                             operator",
        "TRACE,  /api/v1/profiles/ada,                 operator",
        "OPTIONS, /api/v1/profiles/ada,                operator"
    })
    void aRequestNeedsARole(String method, String path, String role) {
        Role needed = Routes.of(HttpMethod.valueOf(method), PathContainer.parsePath(path))
                .needed();

        assertThat(needed == null ? "everybody" : needed.text()).isEqualTo(role);
    }
}
