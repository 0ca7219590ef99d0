package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Head;
import dev.grapevine.node.network.FrontierMessages.Node;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import dev.grapevine.node.registry.FrontierTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two frontiers are compared at a cost in proportion to what differs, whatever the peer answers. */
class FrontierComparisonTest {

    private static final PeerId PEER = PeerId.of(IssuerLogFixture.privateKey(1).publicKey());
    private static final Hash OTHER = Hash.of(new byte[] {1});
    private static final int ISSUERS = 100_000;
    private static final LogHead OWN = head(new byte[] {7, 7, 7}, 7);

    private final Random random = new Random(20261128);
    private final FrontierTree ours = new FrontierTree();
    private final FrontierTree theirs = new FrontierTree();
    private FrontierComparison comparison = comparison(SyncState.MAX_WANTS);
    private int bytes;
    private int requests;

    @Test
    void equalFrontiersAreOneShortRequest() {
        both(ISSUERS);
        compare();
        assertThat(comparison.ahead()).isEmpty();
        assertThat(requests).isEqualTo(1);
        assertThat(bytes).isLessThan(100);
    }

    @Test
    void oneIssuerThatDiffersAmongManyIsAWalkDownTheTree() {
        List<LogHead> heads = both(ISSUERS);
        LogHead longer = after(heads.get(4_711), 5);
        theirs.advanced(longer);
        compare();
        assertThat(comparison.ahead())
                .containsExactly(new Ahead(longer.issuer(), longer.sequence() - 5, longer.sequence()));
        assertThat(requests).isLessThanOrEqualTo(6);
        assertThat(bytes).isLessThan(6 * 1024);
    }

    @Test
    void theCostIsInProportionToWhatDiffers() {
        List<LogHead> heads = both(ISSUERS);
        heads.subList(0, 100).forEach(head -> theirs.advanced(after(head, 1)));
        compare();
        assertThat(comparison.ahead()).hasSize(100);
        assertThat(bytes).isLessThan(100 * 4 * 1024);
    }

    @Test
    void whoHasNothingFindsEverything() {
        heads(5_000).forEach(theirs::advanced);
        compare();
        assertThat(comparison.ahead()).hasSize(5_000);
        assertThat(bytes).isLessThan(5_000 * 200);
    }

    @Test
    void whatWeAloneHaveIsNothingToAskFor() {
        List<LogHead> heads = both(1_000);
        heads.subList(0, 10).forEach(head -> ours.advanced(after(head, 1)));
        heads(10).forEach(ours::advanced);
        compare();
        assertThat(comparison.ahead()).isEmpty();
        assertThat(comparison.divergences()).isEmpty();
    }

    @Test
    void anotherEventInPlaceOfOursIsADivergence() {
        List<LogHead> heads = both(1_000);
        LogHead head = head(new byte[] {1, 2, 3}, 7);
        ours.advanced(head);
        theirs.advanced(new LogHead(head.issuer(), 7, OTHER, 0, head.keys()));
        theirs.advanced(after(heads.getFirst(), 1));
        compare();
        assertThat(comparison.divergences()).containsExactly(new Divergence(head.issuer(), 7, OTHER, PEER));
        assertThat(comparison.ahead()).hasSize(1);
    }

    @Test
    void showsHowFarThePeerHoldsOurOwnLog() {
        List<LogHead> heads = both(1_000);
        ours.advanced(OWN);
        compare();
        assertThat(comparison.ownHead()).isEmpty();

        LogHead older = new LogHead(OWN.issuer(), 3, OTHER, 0, OWN.keys());
        theirs.advanced(older);
        comparison = comparison(SyncState.MAX_WANTS);
        compare();
        assertThat(comparison.ownHead()).contains(Head.of(older));

        theirs.advanced(OWN);
        comparison = comparison(SyncState.MAX_WANTS);
        compare();
        assertThat(comparison.ownHead()).contains(Head.of(OWN));

        theirs.advanced(after(heads.getFirst(), 1));
        comparison = comparison(SyncState.MAX_WANTS);
        compare();
        assertThat(comparison.ownHead()).contains(Head.of(OWN));
        assertThat(requests).isLessThan(12);
    }

    @Test
    void ofOurOwnLogOnlyWhatWeHeldWhenWeAskedIsSeenInAnEqualFrontier() {
        both(10);
        ours.advanced(OWN);
        theirs.advanced(OWN);
        comparison.next();
        ours.advanced(after(OWN, 1));
        comparison.answered(page());
        assertThat(comparison.ownHead()).contains(Head.of(OWN));
    }

    @Test
    void findsNoMoreThanItsBound() {
        heads(1_000).forEach(theirs::advanced);
        comparison = comparison(500);
        compare();
        assertThat(comparison.ahead()).hasSize(500);
        assertThat(comparison.isDone()).isTrue();
    }

    @Test
    void aTreeWithoutHeadsIsNotFollowedForEver() {
        Function<Node, Part> endless = node -> new Part(node.path(), randomDigests(), List.of());
        assertThatThrownBy(() -> compare(endless)).isInstanceOf(MalformedException.class);
        assertThat(requests).isLessThan(2 + FrontierComparison.MAX_NODES_AHEAD / FrontierRequest.MAX_NODES);
    }

    @Test
    void aTreeThatFillsMemoryWithPathsIsGivenUp() {
        // a leaf for every few nodes pays for further nodes, each of which makes 16 paths wait
        Function<Node, Part> hostile =
                node -> node.path().length() > 4 && node.path().endsWith("0")
                        ? leaf(node.path(), FrontierTree.MAX_LEAF_HEADS)
                        : new Part(node.path(), randomDigests(), List.of());
        assertThatThrownBy(() -> compare(hostile)).isInstanceOf(MalformedException.class);
        assertThat(requests).isLessThan(10_000);
    }

    @Test
    void aKeyHasNoChildren() {
        Function<Node, Part> deep = node -> {
            List<Hash> children = new ArrayList<>(Collections.nCopies(FrontierTree.CHILDREN, FrontierTree.EMPTY));
            children.set(3, OTHER);
            return new Part(node.path(), children, List.of());
        };
        assertThatThrownBy(() -> compare(deep)).isInstanceOf(MalformedException.class);
        assertThat(requests).isEqualTo(FrontierTree.MAX_PATH + 1);
    }

    @Test
    void refusesPartsThatWereNotAskedFor() {
        comparison.next();
        Part root = new Part("", List.of(), List.of());
        assertThatThrownBy(() -> comparison.answered(page(root, root))).isInstanceOf(MalformedException.class);
        comparison = comparison(1);
        comparison.next();
        assertThatThrownBy(() -> comparison.answered(page(new Part("0", List.of(), List.of()))))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void refusesHeadsThatAreOutOfPlace() {
        Part leaf = leaf("3", 2);
        List<Head> reversed = leaf.heads().reversed();
        List<Head> twice = List.of(leaf.heads().getFirst(), leaf.heads().getFirst());
        for (List<Head> heads : List.of(reversed, twice)) {
            comparison = comparison(10);
            comparison.next();
            assertThatThrownBy(() -> comparison.answered(page(new Part("", List.of(), heads))))
                    .isInstanceOf(MalformedException.class);
        }
        comparison = comparison(10);
        Function<Node, Part> elsewhere = node -> node.path().isEmpty()
                ? new Part("", randomDigests(), List.of())
                : new Part(node.path(), List.of(), leaf.heads());
        assertThatThrownBy(() -> compare(elsewhere)).isInstanceOf(MalformedException.class);
    }

    @Test
    void pagesWithNothingOnThemDoNotGoOn() {
        comparison.next();
        comparison.answered(page());
        assertThatThrownBy(() -> comparison.answered(page())).isInstanceOf(MalformedException.class);
    }

    private FrontierComparison comparison(int maxAhead) {
        return new FrontierComparison(PEER, ours, OWN.issuer(), maxAhead);
    }

    private void compare() {
        compare(node -> node.digest().filter(theirs.digest(node.path())::equals).isPresent()
                ? null
                : Part.of(node.path(), theirs.part(node.path())));
    }

    /** As SyncServer answers, in pages. */
    private void compare(Function<Node, @Nullable Part> server) {
        do {
            FrontierRequest request = comparison.next();
            requests++;
            bytes += request.encode().length;
            List<Part> parts = request.nodes().stream()
                    .map(server)
                    .filter(Objects::nonNull)
                    .toList();
            for (int i = 0; i == 0 || i < parts.size(); i += FrontierPage.MAX_PARTS) {
                FrontierPage page = new FrontierPage(
                        Optional.of(IssuerLogFixture.NOON),
                        parts.subList(i, Math.min(i + FrontierPage.MAX_PARTS, parts.size())));
                bytes += page.encode().length;
                comparison.answered(FrontierPage.decode(page.encode()));
            }
        } while (!comparison.isDone());
    }

    private static FrontierPage page(Part... parts) {
        return new FrontierPage(Optional.empty(), List.of(parts));
    }

    private List<Hash> randomDigests() {
        return IntStream.range(0, FrontierTree.CHILDREN)
                .mapToObj(i ->
                        Hash.of(ByteBuffer.allocate(4).putInt(random.nextInt()).array()))
                .toList();
    }

    private Part leaf(String path, int heads) {
        return new Part(
                path,
                List.of(),
                IntStream.range(0, heads)
                        .mapToObj(i -> Head.of(head(
                                HexFormat.of().parseHex((path + "0".repeat(60)).substring(0, 60) + "%04x".formatted(i)),
                                7)))
                        .toList());
    }

    private List<LogHead> both(int issuers) {
        List<LogHead> heads = heads(issuers);
        heads.forEach(ours::advanced);
        heads.forEach(theirs::advanced);
        return heads;
    }

    private List<LogHead> heads(int issuers) {
        return IntStream.range(0, issuers)
                .mapToObj(i -> {
                    byte[] key = new byte[32];
                    random.nextBytes(key);
                    return head(key, random.nextInt(1_000));
                })
                .toList();
    }

    private static LogHead head(byte[] key, long sequence) {
        IssuerId issuer =
                new IssuerId(PublicKey.ed25519(ByteBuffer.allocate(32).put(key).array()));
        return new LogHead(issuer, sequence, Hash.of(key), 0, LogKeys.ofUnknown(issuer));
    }

    private static LogHead after(LogHead head, int events) {
        return new LogHead(head.issuer(), head.sequence() + events, OTHER, 0, head.keys());
    }
}
