package dev.grapevine.node.registry;

import static dev.grapevine.node.registry.TestRegistry.CLERK;
import static dev.grapevine.node.registry.TestRegistry.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.credential.RegistryCheck.Finding;
import dev.grapevine.node.credential.RegistryCheck.Signer;
import dev.grapevine.node.credential.RegistryCheck.Standing;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Credentials that are looked for together are not taken for each other. */
class CredentialFindingsIT {

    private final TestRegistry node = TestRegistry.onNewDatabase(1);
    private final IssuerId issuer = node.identity.id();

    @BeforeEach
    void start() {
        node.start();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /** @return the digest of the credential */
    private byte[] publish(String username) {
        PublishOutcome.Done done = (PublishOutcome.Done) node.publish(username);
        byte[] credential = done.shown().orElseThrow().credential().orElseThrow();
        return Hash.of(credential).bytes();
    }

    private Mono<Finding> find(IssuerId of, byte[] digest, PublicKey... signers) {
        return node.findings.find(of, digest, Set.of(signers));
    }

    @Test
    void eachOfManyAtOnceIsAnsweredForItself() {
        byte[] current = publish("ada");
        byte[] revoked = publish("grace");
        await(node.publisher.revoke("grace", Optional.empty(), CLERK, Optional.empty()));
        IssuerId stranger = new IssuerId(IssuerLogFixture.privateKey(9).publicKey());
        List<Mono<Finding>> questions = new ArrayList<>();
        List<Standing> standings = new ArrayList<>();
        List<Signer> signers = new ArrayList<>();
        for (int i = 0; i < 2 * CredentialFindings.MAX_AT_ONCE; i++) {
            questions.add(find(issuer, current, issuer.inception()));
            standings.add(Standing.CURRENT);
            signers.add(Signer.IN_FORCE);
            questions.add(find(stranger, current, stranger.inception()));
            standings.add(Standing.UNKNOWN_ISSUER);
            signers.add(Signer.OF_ISSUER);
            questions.add(find(issuer, revoked, stranger.inception()));
            standings.add(Standing.REVOKED);
            signers.add(Signer.OUT_OF_FORCE);
            questions.add(find(issuer, ByteBuffer.allocate(Hash.BYTES).putInt(i).array(), stranger.inception()));
            standings.add(Standing.UNKNOWN_CREDENTIAL);
            signers.add(Signer.STRANGER);
        }

        List<Finding> findings =
                await(Flux.mergeSequential(questions, questions.size(), 1).collectList());

        assertThat(findings).extracting(Finding::standing).containsExactlyElementsOf(standings);
        assertThat(findings).extracting(Finding::signer).containsExactlyElementsOf(signers);
        assertThat(node.findings.worker().stats().batches()).isLessThan(questions.size() / 10);
    }

    @Test
    void aProfileIsTakenForTheCredentialsOnlyIfItsBodyNamesIt() {
        byte[] digest = publish("ada");
        publish("grace");
        node.run("UPDATE profiles SET credential_prefix = " + ProfileRow.prefix(digest));
        byte[] other = digest.clone();
        other[Hash.BYTES - 1] ^= 1;

        assertThat(await(find(issuer, digest, issuer.inception())).standing()).isEqualTo(Standing.CURRENT);
        assertThat(await(find(issuer, other, issuer.inception())).standing()).isEqualTo(Standing.UNKNOWN_CREDENTIAL);
    }
}
