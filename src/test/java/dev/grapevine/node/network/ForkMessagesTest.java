package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.network.ForkMessages.EventHash;
import dev.grapevine.node.network.ForkMessages.ForksPage;
import dev.grapevine.node.network.ForkMessages.ForksRequest;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.BranchStatement;
import dev.grapevine.node.profile.ForkProof;
import dev.grapevine.node.profile.ForkSearch;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.ForkEvidence;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForkMessagesTest {

    private final IssuerLogFixture log = new IssuerLogFixture(1);
    private final String key =
            HexFormat.of().formatHex(log.inceptionKey.publicKey().encoded());

    @BeforeEach
    void write() {
        log.describe("University");
    }

    @Test
    void requestsAreWrittenByteForByte() {
        assertThat(hex(ForksRequest.evidence(log.issuer).encode())).isEqualTo("2a26" + "0a24" + key);
        assertThat(hex(new ForksRequest(log.issuer, List.of(0L, 5L), Optional.of(7L)).encode()))
                .isEqualTo("2a2c" + "0a24" + key + "1000" + "1005" + "1807");
    }

    @Test
    void requestsAreReadAgain() {
        ForksRequest request = new ForksRequest(log.issuer, List.of(0L, 5L), Optional.of(7L));
        assertThat(Request.decode(request.encode())).isEqualTo(request);
    }

    @Test
    void pagesAreReadAgain() {
        IssuerLogFixture twin = log.branch(0, 9);
        twin.describe("Twin");
        ForkProof proof = new ForkProof(log.statement(0), twin.statement(0));
        BranchStatement statement = log.statement(0);
        ForksPage page = new ForksPage(
                List.of(new EventHash(0, statement.event().hash())),
                Optional.of(statement),
                new ForkEvidence(
                        Optional.of(proof),
                        List.of(statement),
                        List.of(twin.entries.getFirst().event())));
        assertThat(ForksPage.decode(page.encode()).encode()).isEqualTo(page.encode());
    }

    @Test
    void refusesMoreThanTheLimits() {
        List<Long> sequences = Collections.nCopies(ForkSearch.MAX_ASKED + 1, 1L);
        assertRefused(() -> Request.decode(new ForksRequest(log.issuer, sequences, Optional.empty()).encode()));
        EventHash hash = new EventHash(1, Hash.of());
        assertRefused(() ->
                ForksPage.decode(new ForksPage(Collections.nCopies(ForkSearch.MAX_ASKED + 1, hash)).encode()));
        ForkEvidence evidence = new ForkEvidence(
                Optional.empty(), Collections.nCopies(ForkEvidence.MAX_FINALS + 1, log.statement(0)), List.of());
        assertRefused(() -> ForksPage.decode(new ForksPage(evidence).encode()));
    }

    @Test
    void refusesNoiseAndWhatNamesNoIssuer() {
        assertRefused(() -> Request.decode(new byte[] {0x2a, 0}));
        assertRefused(() -> ForksPage.decode(new byte[] {0x12, 1, 1}));
        assertRefused(() -> ForksPage.decode(new byte[] {0x0a, 0}));
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable decoding) {
        assertThatThrownBy(decoding).isInstanceOf(MalformedException.class);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
