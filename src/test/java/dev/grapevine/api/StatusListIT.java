package dev.grapevine.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.multiformats.Multibase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From publishing a profile to the bit in the published list that says that its credential is revoked. */
class StatusListIT extends RealNode {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final String username = "status-" + UUID.randomUUID();

    private HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode publish(String method, String path, String displayName) throws Exception {
        String body = method.equals("POST")
                ? "{\"username\":\"%s\",\"displayName\":\"%s\"}".formatted(username, displayName)
                : "{\"displayName\":\"%s\"}".formatted(displayName);
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body()).path("credential");
    }

    private JsonNode publish() throws Exception {
        return publish("POST", "/api/v1/profiles", "Ada");
    }

    private static JsonNode entry(JsonNode credential, String purpose) {
        for (JsonNode entry : credential.path("credentialStatus")) {
            if (entry.path("statusPurpose").asString("").equals(purpose)) {
                return entry;
            }
        }
        throw new AssertionError("no entry for " + purpose + " in " + credential);
    }

    private static String path(JsonNode entry) {
        String url = entry.path("statusListCredential").stringValue();
        assertThat(url).startsWith(PUBLIC_URL + "/status-lists/");
        return url.substring(PUBLIC_URL.length());
    }

    private boolean isSet(JsonNode credential, String purpose) throws Exception {
        JsonNode entry = entry(credential, purpose);
        HttpResponse<String> answer = send("GET", path(entry), "");
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode list = JSON.readTree(answer.body());
        String encoded = list.path("credentialSubject").path("encodedList").stringValue();
        byte[] bits = new GZIPInputStream(new ByteArrayInputStream(Multibase.decode(encoded))).readAllBytes();
        int index = Integer.parseInt(entry.path("statusListIndex").stringValue());
        return (bits[index / 8] >> (7 - index % 8) & 1) == 1;
    }

    private String verify(JsonNode credential) throws Exception {
        return send("POST", "/credentials/verify", "{\"verifiableCredential\":" + credential + "}")
                .body();
    }

    @Test
    void revokingAProfileSetsTheStatusOfItsCredential() throws Exception {
        JsonNode credential = publish();
        assertThat(isSet(credential, "revocation")).isFalse();
        assertThat(verify(credential)).contains("\"verified\":true").contains("revocation: unset; suspension: unset");

        send("POST", "/api/v1/profiles/" + username + "/revoke", "{}");

        assertThat(isSet(credential, "revocation")).isTrue();
        assertThat(isSet(credential, "suspension")).isFalse();
        assertThat(verify(credential))
                .contains("\"verified\":false")
                .contains("\"name\":\"status\",\"outcome\":\"failed\"");
    }

    @Test
    void aNewVersionRevokesTheCredentialBeforeIt() throws Exception {
        JsonNode first = publish();
        JsonNode second = publish("PUT", "/api/v1/profiles/" + username, "Ada Lovelace");

        assertThat(isSet(first, "revocation")).isTrue();
        assertThat(isSet(second, "revocation")).isFalse();
        assertThat(entry(second, "revocation")).isNotEqualTo(entry(first, "revocation"));
    }

    @Test
    void erasingAPersonRevokesTheCredential() throws Exception {
        JsonNode credential = publish();

        assertThat(send("DELETE", "/api/v1/profiles/" + username, "").statusCode())
                .isEqualTo(204);

        assertThat(isSet(credential, "revocation")).isTrue();
    }

    @Test
    void whatChangesNothingRevokesNothing() throws Exception {
        JsonNode credential = publish();
        JsonNode same = publish("PUT", "/api/v1/profiles/" + username, "Ada");

        assertThat(same).isEqualTo(credential);
        assertThat(isSet(credential, "revocation")).isFalse();
    }

    @Test
    void tellsCachesHowLongAListIsGood() throws Exception {
        String path = path(entry(publish(), "revocation"));

        HttpResponse<String> answer = send("GET", path, "");
        String tag = answer.headers().firstValue("ETag").orElseThrow();
        JsonNode list = JSON.readTree(answer.body());

        assertThat(answer.headers().firstValue("Cache-Control")).contains("max-age=300, public");
        assertThat(list.path("credentialSubject").path("ttl").asInt(0)).isEqualTo(300_000);
        assertThat(list.path("id").stringValue()).isEqualTo(PUBLIC_URL + path);
        HttpResponse<String> again = send("GET", path, "", "If-None-Match", tag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(verify(list)).contains("\"name\":\"proof\",\"outcome\":\"passed\"");
        send("POST", "/api/v1/profiles/" + username + "/revoke", "{}");
        assertThat(send("GET", path, "", "If-None-Match", tag).statusCode()).isEqualTo(200);
    }

    @Test
    void knowsNoOtherLists() throws Exception {
        for (String id : new String[] {"x", UUID.randomUUID() + "-revocation", UUID.randomUUID() + "-refresh"}) {
            HttpResponse<String> answer = send("GET", "/status-lists/" + id, "");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("/problems/unknown-status-list");
        }
    }

    private int setStatus(String id, String purpose, boolean set) throws Exception {
        String body =
                "{\"credentialId\":\"%s\",\"credentialStatus\":{\"type\":\"BitstringStatusListEntry\",\"statusPurpose\":\"%s\"},\"status\":%s}"
                        .formatted(id, purpose, set);
        return send("POST", "/credentials/status", body).statusCode();
    }

    @Test
    void suspendsTheCredentialOfAProfileAndLiftsIt() throws Exception {
        JsonNode credential = publish();
        String id = credential.path("id").stringValue();

        assertThat(setStatus(id, "suspension", true)).isEqualTo(200);
        assertThat(isSet(credential, "suspension")).isTrue();
        assertThat(verify(credential)).contains("/problems/suspended");
        assertThat(setStatus(id, "suspension", false)).isEqualTo(200);
        assertThat(verify(credential)).contains("\"verified\":true");
        assertThat(setStatus(id, "revocation", true)).isEqualTo(409);
        assertThat(setStatus("urn:uuid:" + UUID.randomUUID(), "suspension", true))
                .isEqualTo(404);
        assertThat(send("GET", "/credentials/" + id, "").body()).contains(credential.toString());
        assertThat(send("DELETE", "/credentials/" + id, "").statusCode()).isEqualTo(409);
    }

    @Test
    void revokesAndDeletesWhatWasIssuedOnRequest() throws Exception {
        String id = "urn:uuid:" + UUID.randomUUID();
        HttpResponse<String> answer = send("POST", "/credentials/issue", """
                {"credential": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                 "id": "%s", "credentialSubject": {"id": "did:example:ada"}}}""".formatted(id));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode credential = JSON.readTree(answer.body()).path("verifiableCredential");
        assertThat(verify(credential)).contains("\"verified\":true");

        assertThat(setStatus(id, "revocation", true)).isEqualTo(200);
        assertThat(isSet(credential, "revocation")).isTrue();
        assertThat(verify(credential)).contains("/problems/revoked");
        assertThat(setStatus(id, "revocation", true)).isEqualTo(200);
        assertThat(setStatus(id, "revocation", false)).isEqualTo(409);
        assertThat(send("DELETE", "/credentials/" + id, "").statusCode()).isEqualTo(202);
        assertThat(send("GET", "/credentials/" + id, "").statusCode()).isEqualTo(404);
        assertThat(isSet(credential, "revocation")).isTrue();
    }

    /** The verifier reads the node's own DID document and status list without a detour over the network. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"cryptosuite\": \"ecdsa-jcs-2019\"",
                "\"cryptosuite\": \"ecdsa-rdfc-2019\", \"curve\": \"P-384\"",
                "\"mediaType\": \"application/vc+jwt\", \"alg\": \"ES256\"",
                "\"mediaType\": \"application/vc+jwt\", \"alg\": \"ES384\""
            })
    void issuesByItsEcdsaKeysAndRevokes(String options) throws Exception {
        String id = "urn:uuid:" + UUID.randomUUID();
        HttpResponse<String> answer = send("POST", "/credentials/issue", """
                {"credential": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                 "id": "%s", "credentialSubject": {"id": "did:example:ada"}}, "options": {%s}}""".formatted(id, options));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        JsonNode credential = JSON.readTree(answer.body()).path("verifiableCredential");
        String verified = verify(credential);
        assertThat(verified).contains("\"verified\":true").contains("signed by did:web:university.invalid");

        assertThat(setStatus(id, "revocation", true)).isEqualTo(200);

        assertThat(verify(credential)).contains("/problems/revoked");
        if (credential.has("credentialStatus")) {
            assertThat(isSet(credential, "revocation")).isTrue();
            String path = path(entry(credential, "revocation"));
            assertThat(path).endsWith("-revocation-web");
            assertThat(verify(JSON.readTree(send("GET", path, "").body()))).contains("\"verified\":true");
        }
    }

    @Test
    void publishesADidDocumentWithItsKey() throws Exception {
        HttpResponse<String> answer = send("GET", "/.well-known/did.json", "");
        JsonNode document = JSON.readTree(answer.body());
        String did = "did:web:university.invalid";

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(document.path("id").stringValue()).isEqualTo(did);
        String key = document.path("alsoKnownAs").path(0).stringValue().substring("did:key:".length());
        assertThat(document.path("verificationMethod")
                        .path(0)
                        .path("publicKeyMultibase")
                        .stringValue())
                .isEqualTo(key);
        assertThat(document.path("assertionMethod").path(0).stringValue()).isEqualTo(did + "#" + key);
        String p256 = document.path("verificationMethod").path(1).path("id").stringValue();
        String p384 = document.path("verificationMethod").path(2).path("id").stringValue();
        assertThat(p256).startsWith(did + "#zDna");
        assertThat(p384).startsWith(did + "#z82L");
        for (String purpose : List.of("authentication", "assertionMethod")) {
            assertThat(document.path(purpose).toString())
                    .isEqualTo("[\"%s#%s\",\"%s\",\"%s\"]".formatted(did, key, p256, p384));
        }
        assertThat(send("GET", "/did.json", "").body()).isEqualTo(answer.body());
    }

    @Test
    void takesAPresentationOverItsOwnChallengeOnce() throws Exception {
        String challenge = JSON.readTree(send("POST", "/challenges", "").body())
                .path("challenge")
                .stringValue();
        HttpResponse<String> proved = send("POST", "/presentations/prove", """
                {"presentation": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
                 "verifiableCredential": [%s]}, "options": {"domain": "shop.example", "challenge": "%s"}}""".formatted(publish(), challenge));
        assertThat(proved.statusCode()).as(proved.body()).isEqualTo(201);
        String request =
                "{\"verifiablePresentation\": %s, \"options\": {\"domain\": \"shop.example\", \"challenge\": \"%s\"}}"
                        .formatted(JSON.readTree(proved.body()).path("verifiablePresentation"), challenge);

        HttpResponse<String> first = send("POST", "/presentations/verify", request);
        HttpResponse<String> again = send("POST", "/presentations/verify", request);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(400);
        assertThat(again.body()).contains("INVALID_CHALLENGE_ERROR").contains("before");
    }
}
