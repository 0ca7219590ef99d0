package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.ProfileBody.Visibility;
import dev.grapevine.node.registry.Credentials.Found;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Who gets which credential where: an issuer's node, and another that follows its log. */
class CredentialsIT {

    private final TestRegistry issuer = TestRegistry.onNewDatabase(1);
    private final TestRegistry other = TestRegistry.onNewDatabase(2);
    private final CredentialCache cache = new CredentialCache();
    private final Credentials atIssuer = new Credentials(
            issuer.transactions, issuer.registry, issuer.identity.id(), new CredentialCache(), () -> this::nobody);
    private final Credentials atOther =
            new Credentials(other.transactions, other.registry, other.identity.id(), cache, () -> this::ask);
    private final List<Hash> asked = new ArrayList<>();
    private Mono<byte[]> sent = Mono.empty();

    @BeforeEach
    void publish() {
        issuer.start();
        publish("open", Visibility.PUBLIC);
        publish("closed", Visibility.PRIVATE);
        follow();
        sent = Mono.defer(() -> atIssuer.object(asked.getLast()));
    }

    @AfterEach
    void close() {
        issuer.close();
        other.close();
    }

    @Test
    void aPublicOneIsFetchedOnceAndThenRemembered() {
        byte[] json = held(atIssuer, "open", false).json();
        assertThat(new String(json, StandardCharsets.UTF_8)).contains("VerifiableCredential", "Person open");
        assertThat(held(atOther, "open", false).json()).isEqualTo(json);
        assertThat(held(atOther, "open", false).json()).isEqualTo(json);
        assertThat(asked).containsExactly(Hash.of(json));
        assertThat(await(atOther.object(Hash.of(json)))).isEqualTo(json);
    }

    @Test
    void aPrivateOneNeverLeavesItsIssuer() {
        assertThat(find(atIssuer, "closed", false)).isInstanceOf(Found.Private.class);
        byte[] json = held(atIssuer, "closed", true).json();
        assertThat(find(atOther, "closed", true)).isInstanceOf(Found.Private.class);
        assertThat(asked).isEmpty();
        assertThat(await(atIssuer.object(Hash.of(json)))).isNull();
    }

    @Test
    void whatTheCallerHasAlreadyIsNotFetched() {
        Found found = await(atOther.find("open", Optional.empty(), false, digest -> true));
        assertThat(found).isInstanceOf(Found.Held.class);
        assertThat(asked).isEmpty();
    }

    @Test
    void unknownAndSeveralAndAbsentAreToldApart() {
        assertThat(find(atOther, "nobody", false)).isInstanceOf(Found.Unknown.class);
        other.start();
        other.publish("open");
        assertThat(find(atOther, "open", false))
                .isInstanceOfSatisfying(
                        Found.Several.class,
                        several -> assertThat(several.attestations()).hasSize(2));
        assertThat(find(atOther, "open", Optional.of(issuer.identity.id()))).isInstanceOf(Found.Held.class);
        assertThat(find(atOther, "open", Optional.of(other.identity.id()))).isInstanceOf(Found.Private.class);
        assertThat(find(atOther, "closed", Optional.of(other.identity.id()))).isInstanceOf(Found.Unknown.class);
        cache.forgetAll();
        sent = Mono.empty();
        assertThat(find(atOther, "open", Optional.of(issuer.identity.id()))).isInstanceOf(Found.Unavailable.class);
    }

    @Test
    void aRevokedOneIsStillHandedOut() {
        await(issuer.publisher.revoke("open", Optional.empty(), TestRegistry.CLERK, Optional.empty()));
        follow();
        assertThat(held(atIssuer, "open", false).named().attestation().revoked())
                .isTrue();
        assertThat(held(atOther, "open", false).json()).isNotEmpty();
    }

    @Test
    void aNewVersionThatIsPrivateTakesTheOldOneBack() {
        byte[] first = held(atOther, "open", false).json();
        update("open", Visibility.PRIVATE);
        follow();
        assertThat(find(atOther, "open", false)).isInstanceOf(Found.Private.class);
        assertThat(await(atOther.object(Hash.of(first)))).isNull();
        assertThat(await(atIssuer.object(Hash.of(first)))).isNull();
    }

    @Test
    void anErasureWinsOverAFetchThatIsUnderWay() {
        byte[] json = held(atIssuer, "open", false).json();
        Mono<byte[]> afterTheErasure = Mono.fromSupplier(() -> {
            issuer.erase("open");
            follow();
            return json;
        });
        sent = afterTheErasure.subscribeOn(Schedulers.boundedElastic());
        assertThat(find(atOther, "open", false)).isInstanceOf(Found.Unknown.class);
        assertThat(cache.size()).isZero();
        assertThat(await(atOther.object(Hash.of(json)))).isNull();
        assertThat(await(atIssuer.object(Hash.of(json)))).isNull();
    }

    @Test
    void whatIsNoJsonObjectIsNoCredential() {
        byte[] html = "<script>".getBytes(StandardCharsets.UTF_8);
        UUID profile = issuer.lookup("open").getFirst().profileId();
        byte[] body = ("{\"username\":\"odd\",\"displayName\":\"Odd\",\"visibility\":\"public\",\"credentialDigest\":\""
                        + Hash.of(html).hex() + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        var log = new IssuerLogFixture(3);
        log.describe("Odd");
        log.publish(profile, body);
        other.pull(log.entries);
        sent = Mono.just(html);
        assertThat(find(atOther, "odd", false)).isInstanceOf(Found.None.class);
        assertThat(cache.size()).isZero();
    }

    private void publish(String username, Visibility visibility) {
        await(issuer.publisher.publish(
                TestRegistry.person(username, "Person " + username, visibility), TestRegistry.CLERK, Optional.empty()));
    }

    private void update(String username, Visibility visibility) {
        await(issuer.publisher.update(
                TestRegistry.person(username, "Person " + username, visibility), TestRegistry.CLERK, Optional.empty()));
    }

    /** The other node catches up. */
    private void follow() {
        other.pull(issuer.range(issuer.identity.id(), 0));
    }

    private Mono<byte[]> ask(Hash digest, Optional<PeerId> likely) {
        asked.add(digest);
        return sent;
    }

    private Mono<byte[]> nobody(Hash digest, Optional<PeerId> likely) {
        return Mono.empty();
    }

    private static Found.Held held(Credentials credentials, String username, boolean reader) {
        Found found = find(credentials, username, reader);
        assertThat(found).isInstanceOf(Found.Held.class);
        return (Found.Held) found;
    }

    private static Found find(Credentials credentials, String username, boolean reader) {
        return await(credentials.find(username, Optional.empty(), reader, digest -> false));
    }

    private static Found find(Credentials credentials, String username, Optional<IssuerId> of) {
        return await(credentials.find(username, of, false, digest -> false));
    }

    private static <T> T await(Mono<T> mono) {
        return TestRegistry.await(mono);
    }
}
