package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.grapevine.node.start.StartProblem;
import dev.grapevine.testapi.OneAtATime;
import dev.grapevine.testapi.TestApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.HttpMethod;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Tokens of an identity provider, which is down while the node starts. */
@SpringBootTest(
        classes = TestApi.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.api-key=" + SecurityIT.KEY,
            "grapevine.oauth2.audience=grapevine",
            "grapevine.rate-limit.failures.requests=1000"
        })
@AutoConfigureWebTestClient(timeout = "PT30S")
@OneAtATime
class OAuth2IT {

    private static final int PORT = freePort();
    private static final String ISSUER = "http://127.0.0.1:" + PORT;
    private static final RSAKey KEY = key("one");
    private static final RSAKey STRANGE_KEY = key("two");

    @Autowired
    private WebTestClient client;

    private DisposableServer provider;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        TestApi.database(registry);
        registry.add("grapevine.oauth2.issuer-uri", () -> ISSUER);
    }

    @BeforeEach
    void startTheProvider() {
        provider = HttpServer.create()
                .host("127.0.0.1")
                .port(PORT)
                .route(routes -> routes.get(
                                "/.well-known/openid-configuration",
                                (request, response) -> response.header("Content-Type", "application/json")
                                        .sendString(Mono.just("""
                                                {"issuer": "%s", "jwks_uri": "%1$s/keys"}""".formatted(ISSUER))))
                        .get(
                                "/keys",
                                (request, response) -> response.header("Content-Type", "application/json")
                                        .sendString(Mono.just(new JWKSet(KEY.toPublicJWK()).toString()))))
                .bindNow();
    }

    @AfterEach
    void stopTheProvider() {
        provider.disposeNow();
    }

    @ParameterizedTest
    @CsvSource({
        "grapevine:reader, GET, /api/v1/profiles?prefix=a, 200",
        "grapevine:reader, DELETE, /api/v1/profiles/ada, 403",
        "openid grapevine:issuer, DELETE, /api/v1/profiles/ada, 200",
        "grapevine:issuer, GET, /api/v1/keys, 403",
        "grapevine:operator grapevine:issuer, GET, /api/v1/keys, 200",
        "openid issuer other:operator grapevine:admin, GET, /api/v1/profiles?prefix=a, 403",
        "openid, GET, /api/v1/profiles/ada, 200"
    })
    void theScopesAreTheRoles(String scope, HttpMethod method, String path, int status) {
        send(method, path, signed(claims().claim("scope", scope)))
                .expectStatus()
                .isEqualTo(status);
    }

    @Test
    void scopesMayBeAList() {
        delete(signed(claims().claim("scp", List.of("openid", "grapevine:issuer"))))
                .expectStatus()
                .isOk();
    }

    @Test
    void aKeyWorksAsBefore() {
        delete(SecurityIT.KEY).expectStatus().isOk();
    }

    @Test
    void theTokenSaysForWhomItIs() {
        refused(signed(claims().audience("another-service")));
        refused(signed(claims().audience((String) null)));
        delete(signed(claims().audience(List.of("another-service", "grapevine"))))
                .expectStatus()
                .isOk();
    }

    @Test
    void theTokenSaysFromWhomItIs() {
        refused(signed(claims().issuer("https://elsewhere.example")));
        refused(signed(claims().issuer(null)));
    }

    @Test
    void theTokenSaysWhoseItIs() {
        refused(signed(claims().subject(null)));
        refused(signed(claims().subject(" ")));
    }

    @Test
    void theTokenExpiresAMinuteLateAtMost() {
        Instant now = Instant.now();
        refused(signed(claims().expirationTime(Date.from(now.minusSeconds(70)))));
        refused(signed(claims().notBeforeTime(Date.from(now.plusSeconds(90)))));
        refused(signed(claims().expirationTime(null).issueTime(null)));
        delete(signed(claims().expirationTime(Date.from(now.minusSeconds(30)))))
                .expectStatus()
                .isOk();
    }

    @Test
    void anAccessTokenMayBeCalledOneAndNothingElse() {
        delete(signed(claims(), header(KEY).type(new JOSEObjectType("at+jwt"))))
                .expectStatus()
                .isOk();
        refused(signed(claims(), header(KEY).type(new JOSEObjectType("logout+jwt"))));
    }

    @Test
    void nothingUnsignedOrSignedOtherwiseIsTaken() throws JOSEException {
        refused(new PlainJWT(claims().build()).serialize());
        SignedJWT hmac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(KEY.getKeyID()).build(), claims().build());
        hmac.sign(new MACSigner(KEY.toRSAPublicKey().getEncoded()));
        refused(hmac.serialize());
        String good = signed(claims());
        refused(good.substring(0, good.length() - 8) + "AAAAAAAA");
        refused(signed(claims(), STRANGE_KEY, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(KEY.getKeyID())));
        refused("eyJhbGciOiJSUzI1NiJ9.e30.");
        refused("eyJ.eyJ.eyJ");
    }

    @Test
    void aKeyThatTheProviderDoesNotHaveIsRefused() {
        refused(signed(claims(), STRANGE_KEY, header(STRANGE_KEY)));
    }

    @Test
    void whileTheProviderIsDownWhatOnlyItKnowsHasToWait() {
        delete(signed(claims())).expectStatus().isOk();
        provider.disposeNow();

        delete(signed(claims(), STRANGE_KEY, header(STRANGE_KEY)))
                .expectStatus()
                .isEqualTo(503)
                .expectHeader()
                .valueEquals("Retry-After", "5")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/service-unavailable")
                .jsonPath("$.detail")
                .value(
                        String.class,
                        detail ->
                                assertThat(detail).contains("identity provider").doesNotContain(ISSUER));
        delete(signed(claims())).expectStatus().isOk();
        send(HttpMethod.GET, "/api/v1/profiles/ada", SecurityIT.KEY)
                .expectStatus()
                .isOk();
    }

    @Test
    void theAudienceMustBeSet() {
        assertThatThrownBy(() -> new JwtCheck(new AccessProperties.OAuth2(ISSUER, " "), Clock.systemUTC()))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("without grapevine.oauth2.audience");
        assertThatThrownBy(
                        () -> new JwtCheck(new AccessProperties.OAuth2("id.example", "grapevine"), Clock.systemUTC()))
                .isInstanceOf(StartProblem.class);
    }

    private void refused(String token) {
        delete(token)
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueMatches(
                        "WWW-Authenticate",
                        "Bearer realm=\"grapevine\", error=\"invalid_token\", error_description=\"The token is not valid: .*\"")
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/unauthorized");
    }

    private WebTestClient.ResponseSpec delete(String token) {
        return send(HttpMethod.DELETE, "/api/v1/profiles/ada", token);
    }

    private WebTestClient.ResponseSpec send(HttpMethod method, String path, String token) {
        return client.method(method)
                .uri(path)
                .headers(headers -> headers.setBearerAuth(token))
                .exchange();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("alice")
                .audience("grapevine")
                .claim("scope", "grapevine:issuer")
                .expirationTime(Date.from(Instant.now().plusSeconds(300)));
    }

    private static String signed(JWTClaimsSet.Builder claims) {
        return signed(claims, header(KEY));
    }

    private static String signed(JWTClaimsSet.Builder claims, JWSHeader.Builder header) {
        return signed(claims, KEY, header);
    }

    private static String signed(JWTClaimsSet.Builder claims, RSAKey key, JWSHeader.Builder header) {
        try {
            SignedJWT token = new SignedJWT(header.build(), claims.build());
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSHeader.Builder header(RSAKey key) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID());
    }

    private static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
