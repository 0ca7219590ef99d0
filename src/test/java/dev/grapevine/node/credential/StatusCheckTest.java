package dev.grapevine.node.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.credential.Check.Name;
import dev.grapevine.node.credential.Check.Outcome;
import dev.grapevine.node.credential.CredentialVerifier.Wanted;
import dev.grapevine.node.credential.RemoteDocuments.UnavailableException;
import dev.grapevine.node.credential.StatusPlace.ListName;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

/** Bitstring Status List section 3.2, branch by branch. */
class StatusCheckTest {

    private static final String BASE = "https://uni.example/status-lists/";
    private static final StatusPlace PLACE = new StatusPlace(BASE, new UUID(1, 2), 4711);
    private static final String REVOCATION = BASE + new ListName(PLACE.list(), StatusPurpose.REVOCATION);
    private static final String SUSPENSION = BASE + new ListName(PLACE.list(), StatusPurpose.SUSPENSION);
    private static final Duration TTL = Duration.ofMinutes(1);

    private Instant now = CredentialIssuerTest.NOW;
    private final Map<String, byte[]> web = new HashMap<>();
    private final AtomicInteger fetches = new AtomicInteger();
    private final RemoteDocuments documents = url -> {
        fetches.incrementAndGet();
        byte[] document = web.get(url.toString());
        return document == null ? Mono.error(new UnavailableException("not there: " + url)) : Mono.just(document);
    };
    private final CredentialVerifier verifier =
            new CredentialVerifier(() -> now, null, OwnStatusLists.NONE, documents, Schedulers.immediate());
    private final byte[] credential = CredentialIssuerTest.issuer("Uni")
            .issue(CredentialIssuerTest.ada("{}"), Optional.of(PLACE))
            .json();

    private static byte[] list(PrivateKey key, StatusPurpose purpose, Instant at, int... set) {
        IssuerIdentity identity = new IssuerIdentity(new IssuerId(key.publicKey()), "Uni", null, key.publicKey());
        CredentialSigner signer = new CredentialSigner(identity, new MemoryKeys(key), () -> at);
        return new StatusListWriter(signer, BASE, TTL, Duration.ofDays(1))
                .write(new ListName(PLACE.list(), purpose), set, at);
    }

    private void publish(StatusPurpose purpose, int... set) {
        web.put(BASE + new ListName(PLACE.list(), purpose), list(CredentialIssuerTest.KEY, purpose, now, set));
    }

    private void publishBoth() {
        publish(StatusPurpose.REVOCATION, 1, 2, 3);
        publish(StatusPurpose.SUSPENSION);
    }

    private Check check(byte[] json, Wanted wanted) {
        VerificationResult result = Objects.requireNonNull(
                verifier.verify(CredentialJson.parse(json), wanted).block());
        return result.checks().stream()
                .filter(check -> check.name() == Name.STATUS)
                .findFirst()
                .orElseThrow();
    }

    private Check check() {
        return check(credential, Wanted.ALL);
    }

    private static void assertFailed(Check check, String type) {
        assertThat(check.outcome()).as(check.detail()).isEqualTo(Outcome.FAILED);
        assertThat(check.problems()).extracting(Problem::type).containsExactly(type);
    }

    @Test
    void issuedCredentialsNameTheirPlaceAndStayCanonical() {
        String json = new String(credential, StandardCharsets.UTF_8);

        assertThat(Jcs.canonical(CredentialJson.parse(credential))).isEqualTo(json);
        assertThat(StatusPlace.of(CredentialJson.parse(credential))).contains(PLACE);
        publishBoth();
        assertThat(Objects.requireNonNull(verifier.verify(credential).block()).verified())
                .isTrue();
    }

    @Test
    void passesWhereNothingIsSet() {
        publishBoth();

        Check check = check();

        assertThat(check.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(check.detail()).isEqualTo("revocation: unset; suspension: unset");
    }

    @Test
    void refusesWhatIsRevokedOrSuspended() {
        publish(StatusPurpose.REVOCATION, PLACE.index());
        publish(StatusPurpose.SUSPENSION, PLACE.index());

        Check check = check();

        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.problems())
                .extracting(Problem::type)
                .containsExactly("/problems/revoked", "/problems/suspended");
    }

    @Test
    void aListThatIsNotToBeHadIsAFailureUnlessAskedOtherwise() {
        publish(StatusPurpose.SUSPENSION);
        String type = "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR";

        assertFailed(check(), type);
        Check tolerant = check(credential, new Wanted(Wanted.ALL.checks(), EnumSet.of(Name.STATUS)));
        assertThat(tolerant.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(tolerant.detail()).contains(REVOCATION);
    }

    @Test
    void toleratesNoListThatIsThereAndSetForOneThatIsNot() {
        publish(StatusPurpose.SUSPENSION, PLACE.index());

        Check check = check(credential, new Wanted(Wanted.ALL.checks(), EnumSet.of(Name.STATUS)));

        assertThat(check.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(check.problems()).extracting(Problem::type).contains("/problems/suspended");
    }

    /** The cache never makes a revoked credential a valid one: after the ttl it asks again, and has nothing where nobody answers. */
    @Test
    void noticesARevocationAfterTheTimeToLive() {
        publishBoth();
        assertThat(check().outcome()).isEqualTo(Outcome.PASSED);
        publish(StatusPurpose.REVOCATION, PLACE.index());
        now = now.plus(TTL).minusMillis(1);
        assertThat(check().outcome()).isEqualTo(Outcome.PASSED);
        assertThat(fetches).hasValue(2);

        now = now.plusMillis(1);

        assertThat(check().outcome()).isEqualTo(Outcome.FAILED);
        web.clear();
        now = now.plus(TTL);
        assertThat(check().problems())
                .extracting(Problem::title)
                .containsOnly("STATUS_RETRIEVAL_ERROR")
                .hasSize(2);
    }

    @Test
    void refusesAListOfAnotherIssuer() {
        publishBoth();
        PrivateKey other = PrivateKey.ofSeed(new byte[] {
            9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9
        });
        web.put(REVOCATION, list(other, StatusPurpose.REVOCATION, now));

        assertFailed(check(), "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR");
    }

    @Test
    void refusesAListWhoseProofIsWrong() {
        publishBoth();
        ObjectNode forged = (ObjectNode) CredentialJson.parse(Objects.requireNonNull(web.get(REVOCATION)));
        ((ObjectNode) forged.path("credentialSubject"))
                .put("encodedList", Bitstring.of(new int[0]).encode());
        web.put(REVOCATION, forged.toString().getBytes(StandardCharsets.UTF_8));

        assertFailed(check(), "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR");
    }

    @Test
    void refusesAListThatHasExpired() {
        publishBoth();
        now = now.plus(Duration.ofMinutes(30));
        byte[] old = list(CredentialIssuerTest.KEY, StatusPurpose.REVOCATION, now.minus(Duration.ofDays(1)));
        web.put(REVOCATION, old);

        assertFailed(check(), "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR");
    }

    /** The lists of the same issuer must not stand for each other. */
    @Test
    void refusesAnotherListOfTheIssuer() {
        publishBoth();
        web.put(REVOCATION, Objects.requireNonNull(web.get(SUSPENSION)));

        assertFailed(check(), "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type':'BitstringStatusListCredential','x':1 | https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
                "'id':null | https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
                "'type':['VerifiableCredential'] | https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "'credentialSubject':{'type':'BitstringStatusList'} | https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "'credentialSubject':{'type':'Other','statusPurpose':'revocation','encodedList':'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA'} | https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "'credentialSubject':{'type':'BitstringStatusList','statusPurpose':'revocation','encodedList':'uAAAA'} | https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "'credentialSubject':{'type':'BitstringStatusList','statusPurpose':['refresh','message'],'encodedList':'uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA'} | https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
                "'credentialSubject':{'type':'BitstringStatusList','statusPurpose':'revocation','encodedList':'uH4sIAAAAAAAAA2NgAAAyqgYIAgAAAA','ttl':-1} | https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
                "'credentialSubject':{'type':'BitstringStatusList','statusPurpose':'revocation','encodedList':'SHORT'} | https://www.w3.org/ns/credentials/status-list#STATUS_LIST_LENGTH_ERROR"
            })
    void refusesWhatIsNoSoundList(String change, String type) {
        publishBoth();
        ObjectNode changed = (ObjectNode) CredentialJson.parse(Objects.requireNonNull(web.get(REVOCATION)));
        changed.setAll(Signed.parse("{" + change.replace("SHORT", shortList()) + "}"));
        publishSigned(changed);

        assertFailed(check(), type);
    }

    /** Of 16 KiB less one byte. */
    private static String shortList() {
        return zipped(new byte[16 * 1024 - 1]);
    }

    private static String zipped(byte[] bits) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Multibase.BASE64URL.encode(out.toByteArray());
    }

    private void publishSigned(ObjectNode list) {
        ObjectNode signed =
                Signed.by(CredentialIssuerTest.KEY, "eddsa-jcs-2022", list, "{'proofPurpose':'assertionMethod'}");
        web.put(REVOCATION, signed.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void takesAListOfSeveralPurposesAndWithoutAnId() {
        publishBoth();
        ObjectNode list = (ObjectNode) CredentialJson.parse(Objects.requireNonNull(web.get(REVOCATION)));
        list.remove("id");
        ((ObjectNode) list.path("credentialSubject"))
                .putArray("statusPurpose")
                .add("refresh")
                .add("revocation");
        publishSigned(list);

        assertThat(check().outcome()).isEqualTo(Outcome.PASSED);
    }

    private byte[] withStatus(String status) {
        ObjectNode json = (ObjectNode) CredentialJson.parse(credential);
        json.set("credentialStatus", Signed.parse(status));
        return Signed.by(CredentialIssuerTest.KEY, "eddsa-jcs-2022", json, "{'proofPurpose':'assertionMethod'}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "131072 | https://www.w3.org/TR/vc-data-model#RANGE_ERROR",
                "99999999999999999999999999999999999999 | https://www.w3.org/TR/vc-data-model#RANGE_ERROR"
            })
    void refusesAnIndexOutsideOfTheList(String index, String type) {
        publishBoth();

        assertFailed(check(withStatus(entry("revocation", index, "")), Wanted.ALL), type);
    }

    private static String entry(String purpose, String index, String more) {
        return "{'type':'BitstringStatusListEntry','statusPurpose':'" + purpose + "','statusListIndex':'" + index
                + "','statusListCredential':'" + REVOCATION + "'" + more + "}";
    }

    @Test
    void readsStatusesOfSeveralBitsAndTheirMessages() {
        publishBoth();
        ObjectNode list = (ObjectNode) CredentialJson.parse(Objects.requireNonNull(web.get(REVOCATION)));
        ((ObjectNode) list.path("credentialSubject"))
                .put("statusPurpose", "message")
                .put("encodedList", doubled(2 * 4711))
                .put("statusSize", 2);
        publishSigned(list);
        String messages = ",'statusSize':2,'statusMessage':[{'status':'0x0','message':'pending'},"
                + "{'status':'0x1','message':'accepted'},{'status':'0x2','message':'rejected'},"
                + "{'status':'0x3','message':'undefined'}]";

        Check check = check(withStatus(entry("message", "4711", messages)), Wanted.ALL);

        assertThat(check.outcome()).as(check.detail()).isEqualTo(Outcome.PASSED);
        assertThat(check.detail()).isEqualTo("message: rejected");
    }

    /** A bitstring of twice the least length, with one bit set. */
    private static String doubled(int bit) {
        byte[] bits = new byte[32 * 1024];
        bits[bit / 8] = (byte) (0x80 >>> (bit % 8));
        return zipped(bits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type':'BitstringStatusListEntry'",
                "'type':['BitstringStatusListEntry','Other'],'statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':['x'],'statusListIndex':'1','statusListCredential':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':1,'statusListCredential':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'-1','statusListCredential':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'0x1','statusListCredential':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'list'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','id':'https://x.example/1'",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusSize':0",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusSize':1.5",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusSize':2",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusMessage':[{'status':'0x0','message':'a'}]",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusMessage':[{'status':'0x0','message':'a'},{'status':'1','message':'b'}]",
                "'type':'BitstringStatusListEntry','statusPurpose':'x','statusListIndex':'1','statusListCredential':'https://x.example/1','statusReference':'nowhere'"
            })
    void refusesAMalformedEntryBeforeAnythingIsFetched(String entry) {
        VerificationResult result = Objects.requireNonNull(
                verifier.verify(withStatus("{" + entry + "}")).block());

        assertThat(result.problems()).extracting(Problem::title).contains("MALFORMED_VALUE_ERROR");
        assertThat(fetches).hasValue(0);
    }

    @Test
    void fetchesNothingForACredentialThatIsNotGenuine() {
        ObjectNode forged = (ObjectNode) CredentialJson.parse(credential);
        forged.put("validFrom", "2020-01-01T00:00:00Z");

        Check check = check(forged.toString().getBytes(StandardCharsets.UTF_8), Wanted.ALL);

        assertThat(check.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void fetchesNothingWhereNobodyAskedForTheStatus() {
        assertThat(check(credential, new Wanted(EnumSet.noneOf(Name.class), Set.of()))
                        .outcome())
                .isEqualTo(Outcome.SKIPPED);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void refusesMoreEntriesThanItReads() {
        ObjectNode json = (ObjectNode) CredentialJson.parse(credential);
        Consumer<Integer> add = count -> {
            var entries = json.putArray("credentialStatus");
            for (int i = 0; i < count; i++) {
                entries.add(Signed.parse(entry("revocation", "1", "")));
            }
        };
        publishBoth();
        add.accept(StatusCheck.MAX_ENTRIES);
        assertThat(check(signed(json), Wanted.ALL).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(fetches).hasValue(1);
        add.accept(StatusCheck.MAX_ENTRIES + 1);
        assertThat(check(signed(json), Wanted.ALL).problems())
                .extracting(Problem::title)
                .containsExactly("MALFORMED_VALUE_ERROR");
    }

    private static byte[] signed(ObjectNode json) {
        return Signed.by(CredentialIssuerTest.KEY, "eddsa-jcs-2022", json, "{'proofPurpose':'assertionMethod'}")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void askedOfItsOwnListsItKnowsAtOnce() {
        AtomicInteger revoked = new AtomicInteger(-1);
        OwnStatusLists own = new OwnStatusLists() {
            @Override
            public Optional<ListName> name(String url) {
                return url.startsWith(BASE) ? ListName.parse(url.substring(BASE.length())) : Optional.empty();
            }

            @Override
            public String issuer(ListName list) {
                return CredentialIssuerTest.DID;
            }

            @Override
            public Mono<Boolean> isSet(ListName list, int index) {
                return Mono.just(list.purpose() == StatusPurpose.REVOCATION && revoked.get() == index);
            }
        };
        CredentialVerifier atHome = new CredentialVerifier(() -> now, null, own, documents, Schedulers.immediate());

        assertThat(Objects.requireNonNull(atHome.verify(credential).block()).verified())
                .isTrue();
        revoked.set(PLACE.index());
        assertThat(Objects.requireNonNull(atHome.verify(credential).block()).problems())
                .extracting(Problem::type)
                .containsExactly("/problems/revoked");
        assertThat(fetches).hasValue(0);
    }
}
