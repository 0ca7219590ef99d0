package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.profile.LogKeys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A digest says what heads there are, and nothing of how they came. */
class FrontierTreeTest {

    private final Random random = new Random(20261128);

    @Test
    void theDigestsAreThoseOfTheDocumentation() {
        LogHead head = head(key(0x5a), 300, 1);
        byte[] encodedKey = ByteBuffer.allocate(36)
                .put(new byte[] {8, 1, 18, 32})
                .put(key(0x5a))
                .array();
        byte[] content = ByteBuffer.allocate(76)
                .put(encodedKey)
                .putLong(300)
                .put(head.hash().bytes())
                .array();
        Hash leaf = Hash.of(new byte[] {0}, Hash.of(content).bytes());
        assertThat(tree(List.of(head)).digest()).isEqualTo(leaf);

        List<LogHead> many = new ArrayList<>(List.of(head));
        IntStream.rangeClosed(1, FrontierTree.MAX_LEAF_HEADS).forEach(i -> many.add(head(key(0x70, i), i, i)));
        byte[][] parts = new byte[17][32];
        parts[0] = new byte[] {1};
        parts[1 + 5] = leaf.bytes();
        parts[1 + 7] = tree(many.subList(1, many.size())).digest().bytes();
        assertThat(tree(many).digest()).isEqualTo(Hash.of(parts));
        assertThat(new FrontierTree().digest()).isEqualTo(Hash.wrap(new byte[32]));
    }

    @Test
    void theOrderInWhichHeadsCameDoesNotMatter() {
        List<LogHead> heads = heads(2_000);
        Hash digest = tree(heads).digest();
        List<LogHead> shuffled = new ArrayList<>(heads);
        heads.forEach(
                head -> shuffled.add(head(head.issuer().inception().raw(), head.sequence() - 1, random.nextInt())));
        Collections.shuffle(shuffled, random);
        FrontierTree other = tree(shuffled.subList(0, 1_000));
        assertThat(other.digest()).isNotEqualTo(digest); // what was digested once is digested anew where it has changed
        shuffled.subList(1_000, shuffled.size()).forEach(other::advanced);
        assertThat(other.size()).isEqualTo(2_000);
        assertThat(other.digest()).isEqualTo(digest);
    }

    @Test
    void whatIsRemovedMightNeverHaveCome() {
        List<LogHead> heads = heads(2_000);
        List<LogHead> few = heads.subList(0, FrontierTree.MAX_LEAF_HEADS);
        FrontierTree tree = tree(heads);
        tree.digest();
        heads.subList(1_000, 2_000).forEach(head -> tree.removed(head.issuer()));
        assertThat(tree.digest()).isEqualTo(tree(heads.subList(0, 1_000)).digest());
        assertThat(tree.size()).isEqualTo(1_000);
        heads.subList(few.size(), 1_000).forEach(head -> tree.removed(head.issuer()));
        assertThat(tree.digest()).isEqualTo(tree(few).digest());
        assertThat(tree.head(heads.getLast().issuer())).isEmpty();
        few.forEach(head -> tree.removed(head.issuer()));
        tree.removed(heads.getLast().issuer());
        assertThat(tree.digest()).isEqualTo(FrontierTree.EMPTY);
        assertThat(tree.size()).isZero();
    }

    @Test
    void oneHeadChangesTheDigestsOnItsWayAlone() {
        List<LogHead> heads = heads(2_000);
        FrontierTree before = tree(heads);
        FrontierTree after = tree(heads);
        LogHead one = heads.get(77);
        String path = FrontierTree.path(one.issuer());
        after.advanced(head(one.issuer().inception().raw(), one.sequence() + 1, 1));
        for (int depth = 0; depth <= 3; depth++) {
            for (int i = 0; i < 1 << (4 * depth); i++) {
                String at = depth == 0 ? "" : ("%0" + depth + "x").formatted(i);
                assertThat(after.digest(at).equals(before.digest(at))).as(at).isEqualTo(!path.startsWith(at));
            }
        }
    }

    @Test
    void moreHeadsThanALeafHoldsAreANode() {
        List<LogHead> heads = IntStream.rangeClosed(0, FrontierTree.MAX_LEAF_HEADS)
                .mapToObj(i -> head(key(i * 4), i, i))
                .toList();
        FrontierTree tree = tree(heads.subList(0, FrontierTree.MAX_LEAF_HEADS));
        assertThat(tree.part("")).isEqualTo(new FrontierTree.Part.Leaf(heads.subList(0, FrontierTree.MAX_LEAF_HEADS)));
        tree.advanced(heads.getLast());
        assertThat(tree.part("")).isInstanceOf(FrontierTree.Part.Inner.class);
        assertThat(tree.part("0")).isEqualTo(new FrontierTree.Part.Leaf(heads.subList(0, 4)));
        assertThat(tree.part("9")).isEqualTo(new FrontierTree.Part.Leaf(List.of()));
    }

    @Test
    void aPartOfALeafIsALeaf() {
        LogHead here = head(key(0x5a), 1, 1);
        LogHead there = head(key(0x5b), 2, 2);
        FrontierTree tree = tree(List.of(there, here));
        assertThat(tree.part("5")).isEqualTo(new FrontierTree.Part.Leaf(List.of(here, there)));
        assertThat(tree.part("5a")).isEqualTo(new FrontierTree.Part.Leaf(List.of(here)));
        assertThat(tree.digest("5a")).isEqualTo(tree(List.of(here)).digest());
        assertThat(tree.digest("5c")).isEqualTo(FrontierTree.EMPTY);
        assertThat(tree.part(FrontierTree.path(there.issuer()))).isEqualTo(new FrontierTree.Part.Leaf(List.of(there)));
    }

    @Test
    void keysThatDifferAtTheirEndAloneAreToldApart() {
        List<LogHead> heads = new ArrayList<>();
        for (int i = 0; i <= FrontierTree.MAX_LEAF_HEADS; i++) {
            byte[] key = key(0x11, 0x22);
            key[31] = (byte) i;
            heads.add(head(key, i, i));
        }
        FrontierTree tree = tree(heads);
        assertThat(heads)
                .allSatisfy(head -> assertThat(tree.head(head.issuer())).contains(head));
        String path = FrontierTree.path(heads.get(17).issuer());
        assertThat(path).hasSize(FrontierTree.MAX_PATH);
        assertThat(tree.part(path)).isEqualTo(new FrontierTree.Part.Leaf(List.of(heads.get(17))));
        assertThat(tree.part(path.substring(0, 62))).isInstanceOf(FrontierTree.Part.Inner.class);
    }

    @Test
    void anEarlierHeadChangesNothing() {
        LogHead head = head(key(1), 7, 7);
        FrontierTree tree = tree(List.of(head));
        tree.advanced(head(key(1), 7, 8));
        tree.advanced(head(key(1), 6, 6));
        assertThat(tree.head(head.issuer())).contains(head);
        assertThat(tree.digest()).isEqualTo(tree(List.of(head)).digest());
        assertThat(tree.head(new IssuerId(PublicKey.ed25519(key(2))))).isEmpty();
    }

    private static FrontierTree tree(List<LogHead> heads) {
        FrontierTree tree = new FrontierTree();
        heads.forEach(tree::advanced);
        return tree;
    }

    private List<LogHead> heads(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] key = new byte[32];
                    random.nextBytes(key);
                    return head(key, 1 + random.nextInt(100), i);
                })
                .toList();
    }

    private static byte[] key(int... first) {
        byte[] key = new byte[32];
        IntStream.range(0, first.length).forEach(i -> key[i] = (byte) first[i]);
        return key;
    }

    private static LogHead head(byte[] key, long sequence, int hash) {
        IssuerId issuer = new IssuerId(PublicKey.ed25519(Arrays.copyOf(key, key.length)));
        byte[] seed = ByteBuffer.allocate(4).putInt(hash).array();
        return new LogHead(issuer, sequence, Hash.of(seed), 0, LogKeys.ofUnknown(issuer));
    }
}
