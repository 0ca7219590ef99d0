package dev.grapevine.node.credential.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.SdJwtSigner;
import dev.grapevine.node.credential.StatusPlace;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.credential.StatusPlaces;
import dev.grapevine.node.credential.StatusPurpose;
import dev.grapevine.node.credential.WebIssuer;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.IssuerKeys;
import dev.grapevine.node.identity.MemoryKeys;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

class IssueControllerTest {

    private static final PrivateKey KEY = PrivateKey.ofSeed(new byte[32]);

    private static final IssuerIdentity IDENTITY = new IssuerIdentity(new IssuerId(KEY.publicKey()), "Uni", null, null);
    private static final InstantSource CLOCK = () -> Instant.parse("2026-05-01T10:00:00Z");

    private static final StatusPlace PLACE = new StatusPlace("https://uni.example/status-lists/", new UUID(1, 2), 4711);

    private final Map<String, JsonNode> kept = new HashMap<>();
    private final List<StatusPlace> free = new ArrayList<>(List.of(PLACE));
    private final StatusPlaces places = new StatusPlaces() {
        @Override
        public Mono<Optional<StatusPlace>> take() {
            return Mono.fromSupplier(() -> free.isEmpty() ? Optional.empty() : Optional.of(free.removeFirst()));
        }

        @Override
        public void giveBack(StatusPlace place) {
            free.add(place);
        }
    };

    private final WebTestClient client = client(new MemoryKeys(KEY));

    private WebTestClient client(IssuerKeys keys) {
        return WebTestClient.bindToController(new IssueController(
                        new CredentialSigner(IDENTITY, keys, CLOCK),
                        new SdJwtSigner(IDENTITY, keys, new SecureRandom(), CLOCK),
                        places,
                        (id, credential, status) -> {
                            kept.put(id, credential);
                            return Mono.empty();
                        },
                        Schedulers.parallel()))
                .controllerAdvice(new Errors())
                .build();
    }

    /** As the node answers them, but for what {@code access} adds. */
    @ControllerAdvice
    static class Errors extends ResponseEntityExceptionHandler {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'id':'urn:uuid:1', | {} | urn:uuid:1",
                "'id':'urn:uuid:1', | {'credentialId':'x','cryptosuite':'eddsa-rdfc-2022'} | x",
                "`` | {'credentialId':'example.com/ada'} | example.com/ada"
            })
    void whatCanBeNamedIsKeptAndHasAStatus(String given, String options, String id) {
        issue(("{'credential':{'@context':['https://www.w3.org/ns/credentials/v2'],'type':'VerifiableCredential',"
                                + given + "'credentialSubject':{'id':'urn:x'}},'options':" + options + "}")
                        .replace('\'', '"'))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.credentialStatus[0].statusListIndex")
                .isEqualTo("4711")
                .jsonPath("$.verifiableCredential.credentialStatus[1].statusPurpose")
                .isEqualTo("suspension");

        assertThat(kept).containsOnlyKeys(id);
        assertThat(free).isEmpty();
    }

    @Test
    void whatNobodyCanNameHasNoStatus() {
        issue(IssueCredentialRequest.EXAMPLE.replaceFirst("\"id\": \"urn:uuid:.*\",", ""))
                .expectBody()
                .jsonPath("$.verifiableCredential.credentialStatus")
                .doesNotExist();

        assertThat(kept).isEmpty();
        assertThat(free).containsExactly(PLACE);
    }

    @Test
    void whatIsOfDataModel11HasNoStatus() {
        issue("""
                        {"credential": {"@context": ["https://www.w3.org/2018/credentials/v1"], "id": "urn:uuid:1",
                          "type": ["VerifiableCredential"], "issuanceDate": "2026-05-01T10:00:00Z",
                          "credentialSubject": {"id": "urn:x"}},
                         "options": {"cryptosuite": "eddsa-rdfc-2022"}}""")
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.credentialStatus")
                .doesNotExist();

        assertThat(kept).containsOnlyKeys("urn:uuid:1");
        assertThat(free).containsExactly(PLACE);
    }

    @Test
    void thePlaceOfWhatIsRefusedIsFreeAgain() {
        issue(IssueCredentialRequest.EXAMPLE.replace("\"type\"", "\"tpye\""))
                .expectStatus()
                .isBadRequest();

        assertThat(kept).isEmpty();
        assertThat(free).containsExactly(PLACE);
    }

    @Test
    void answers201WithTheCredential() {
        issue(IssueCredentialRequest.EXAMPLE)
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.credentialSubject.number")
                .isEqualTo("4711")
                .jsonPath("$.verifiableCredential.proof.cryptosuite")
                .isEqualTo("eddsa-rdfc-2022");
        issue(IssueCredentialRequest.EXAMPLE.replace("\"cryptosuite\": \"eddsa-rdfc-2022\"", ""))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.proof.cryptosuite")
                .isEqualTo("eddsa-jcs-2022");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'@context':['https://www.w3.org/ns/credentials/v2'],'id':'urn:uuid:1','type':['VerifiableCredential'],"
                        + "'credentialSubject':{'id':'urn:x'}}"
                        + "|'mediaType':'application/vc+jwt'|data:application/vc\\+jwt,[^.]+\\.[^.]+\\.[^.]+|urn:uuid:1|0",
                "{'vct':'a','id':'urn:uuid:1','name':'Ada'}|'mediaType':'application/dc+sd-jwt','disclosable':['/name'],'credentialId':'x'"
                        + "|data:application/dc\\+sd-jwt,[^.]+\\.[^.]+\\.[^.~]+~[^~]+~|x|1"
            })
    void answers201WithAnEnvelope(String credential, String options, String envelope, String id, int placesLeft) {
        String request = "{'credential':" + credential + ",'options':{" + options + "}}";
        issue(request.replace('\'', '"'))
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.type")
                .isEqualTo("EnvelopedVerifiableCredential")
                .jsonPath("$.verifiableCredential.id")
                .value(String.class, text -> assertThat(text).matches(envelope));

        assertThat(kept).containsOnlyKeys(id);
        assertThat(free).hasSize(placesLeft);
    }

    /** A list is the issuer's under one DID, as the credentials are that name it. */
    @ParameterizedTest
    @ValueSource(strings = {"ecdsa-jcs-2019", "ecdsa-rdfc-2019"})
    void whatIsOfTheDidWebHasItsStatusInAListOfThatName(String cryptosuite) {
        client(WebIssuer.keys(KEY))
                .post()
                .uri("/credentials/issue")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(IssueCredentialRequest.EXAMPLE.replace("eddsa-rdfc-2022", cryptosuite))
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .jsonPath("$.verifiableCredential.issuer.id")
                .isEqualTo(WebIssuer.DID)
                .jsonPath("$.verifiableCredential.credentialStatus[0].statusListCredential")
                .isEqualTo(PLACE.base() + new ListName(PLACE.list(), StatusPurpose.REVOCATION, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | PARSING_ERROR",
                "{} | MALFORMED_VALUE_ERROR",
                "{\"credential\":1} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"cryptosuite\":\"ecdsa-sd-2023\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"cryptosuite\":\"ecdsa-jcs-2019\"}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"cryptosuite\":\"ecdsa-jcs-2019\",\"curve\":\"Ed25519\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"curve\":\"P-256\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/vc+jwt\",\"curve\":\"P-256\"}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/vc+jwt\",\"alg\":\"ES256\"}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/vc+jwt\",\"alg\":\"HS256\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"alg\":\"EdDSA\"}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/jwt\"}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/dc+sd-jwt\",\"disclosable\":1}} | MALFORMED_VALUE_ERROR",
                "{\"credential\":{},\"options\":{\"mediaType\":\"application/dc+sd-jwt\",\"cryptosuite\":\"eddsa-jcs-2022\"}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"disclosable\":[]}} | UNKNOWN_OPTION_PROVIDED",
                "{\"credential\":{},\"options\":{\"mandatoryPointers\":[]}} | UNKNOWN_OPTION_PROVIDED"
            })
    void answers400AndSaysWhy(String body, String title) {
        issue(body)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectBody()
                .jsonPath("$.type")
                .isEqualTo("/problems/invalid-request")
                .jsonPath("$.problemDetails[0].title")
                .isEqualTo(title);
    }

    private ResponseSpec issue(String body) {
        return client.post()
                .uri("/credentials/issue")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
