package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The frontier, all heads that a node knows, as a tree of digests (docs/wire.md, "The frontier as a tree"): two nodes find
 * out in which issuers they differ by comparing digests from the root down.
 *
 * <p>The place of an issuer is its inception key, the 32 bytes as 64 hexadecimal digits. A <em>path</em> is the first of them, none
 * for the root; it stands for all issuers whose keys begin so. Up to {@link #MAX_LEAF_HEADS} issuers are a leaf, more
 * are a node with 16 children. So a digest is a function of the heads alone, in whatever order they came.
 *
 * <p>A new head costs a walk down the tree; digests are made when they are asked for, those alone in which something
 * was changed. Safe for use by several threads.
 */
public final class FrontierTree {

    public static final int CHILDREN = 16;

    public static final int MAX_LEAF_HEADS = 32;

    /** The longest path, in hexadecimal digits: a whole key, of which there is one issuer. */
    public static final int MAX_PATH = 64;

    /** The digest of no issuer at all: 32 bytes 0. */
    public static final Hash EMPTY = Hash.wrap(new byte[Hash.BYTES]);

    private static final byte[] LEAF = {0};
    private static final byte[] INNER = {1};
    private static final int BITS_PER_DIGIT = 4;
    private static final int DIGIT = CHILDREN - 1;

    private final Node root = new Node();
    private int size;

    /** What is under a path. */
    public sealed interface Part {

        /** @param heads of at most {@link #MAX_LEAF_HEADS} issuers, in the order of their keys */
        record Leaf(List<LogHead> heads) implements Part {}

        /** @param children digests of the {@link #CHILDREN} paths that are one digit longer, 0 to f */
        record Inner(List<Hash> children) implements Part {}
    }

    /**
     * A head, and the digest of what the frontier says of its issuer.
     *
     * @param anyway whether it takes the place of another whatever its sequence
     */
    private record Entry(LogHead head, byte[] digest, boolean anyway) {}

    private static final class Node {
        private List<Entry> entries = new ArrayList<>();
        private Node @Nullable [] children;
        private @Nullable Hash digest = EMPTY;
    }

    /**
     * What a frontier says of one issuer, which alone decides whether two frontiers agree about it: the encoded inception key ‖
     * sequence, 8 bytes big-endian ‖ hash.
     */
    static byte[] content(LogHead head) {
        byte[] key = head.issuer().inception().encoded();
        return ByteBuffer.allocate(key.length + Long.BYTES + Hash.BYTES)
                .put(key)
                .putLong(head.sequence())
                .put(head.hash().bytes())
                .array();
    }

    /** The path of one issuer alone. */
    public static String path(IssuerId issuer) {
        return HexFormat.of().formatHex(issuer.inception().raw());
    }

    /** Notes a head, unless a later one of its issuer is known. */
    public synchronized void advanced(LogHead head) {
        put(head, false);
    }

    /** Notes a head in place of what is known: a log that forks ends earlier than before. */
    public synchronized void replaced(LogHead head) {
        put(head, true);
    }

    private void put(LogHead head, boolean anyway) {
        if (head(head.issuer()).isEmpty()) {
            size++;
        }
        byte[] key = head.issuer().inception().raw();
        put(root, 0, key, new Entry(head, Hash.of(content(head)).bytes(), anyway));
    }

    private static boolean put(Node node, int depth, byte[] key, Entry entry) {
        boolean changed = node.children == null
                ? putIntoLeaf(node, depth, key, entry)
                : put(node.children[digit(key, depth)], depth + 1, key, entry);
        if (changed) {
            node.digest = null;
        }
        return changed;
    }

    private static boolean putIntoLeaf(Node leaf, int depth, byte[] key, Entry entry) {
        int i = 0;
        int order = 1;
        while (i < leaf.entries.size() && (order = compare(key, leaf.entries.get(i))) > 0) {
            i++;
        }
        if (i == leaf.entries.size() || order < 0) {
            leaf.entries.add(i, entry);
            if (leaf.entries.size() > MAX_LEAF_HEADS) {
                divide(leaf, depth);
            }
            return true;
        }
        boolean later =
                entry.anyway || entry.head.sequence() > leaf.entries.get(i).head.sequence();
        if (later) {
            leaf.entries.set(i, entry);
        }
        return later;
    }

    private static void divide(Node leaf, int depth) {
        Node[] children = new Node[CHILDREN];
        Arrays.setAll(children, digit -> new Node());
        leaf.children = children;
        for (Entry entry : leaf.entries) {
            byte[] key = entry.head.issuer().inception().raw();
            put(children[digit(key, depth)], depth + 1, key, entry);
        }
        leaf.entries = List.of();
    }

    /** Forgets an issuer. */
    public synchronized void removed(IssuerId issuer) {
        if (remove(root, 0, issuer.inception().raw())) {
            size--;
        }
    }

    private static boolean remove(Node node, int depth, byte[] key) {
        boolean changed = node.children == null
                ? node.entries.removeIf(entry -> compare(key, entry) == 0)
                : remove(node.children[digit(key, depth)], depth + 1, key);
        if (changed) {
            node.digest = null;
            unite(node);
        }
        return changed;
    }

    /** Few issuers are a leaf, however many there were. */
    private static void unite(Node node) {
        if (node.children != null) {
            List<Entry> entries = new ArrayList<>();
            if (gather(node, entries)) {
                node.children = null;
                node.entries = entries;
            }
        }
    }

    /** @return false if there are more than fit into a leaf; then not all are gathered */
    private static boolean gather(Node node, List<Entry> into) {
        if (node.children == null) {
            into.addAll(node.entries);
        } else {
            for (Node child : node.children) {
                if (!gather(child, into)) {
                    return false;
                }
            }
        }
        return into.size() <= MAX_LEAF_HEADS;
    }

    private static int compare(byte[] key, Entry entry) {
        return Arrays.compareUnsigned(key, entry.head.issuer().inception().raw());
    }

    private static int digit(byte[] key, int depth) {
        return key[depth / 2] >> (depth % 2 == 0 ? BITS_PER_DIGIT : 0) & DIGIT;
    }

    /** The digest of everything: the same on two nodes if and only if they hold the same heads. */
    public Hash digest() {
        return digest("");
    }

    /** The digest of what is under a path; {@link #EMPTY} if nothing is. */
    public synchronized Hash digest(String path) {
        Found found = find(path);
        return found.whole ? digest(found.node) : digest(within(found.node, path));
    }

    /** What is under a path. */
    public synchronized Part part(String path) {
        Found found = find(path);
        return found.node.children == null
                ? new Part.Leaf(
                        within(found.node, path).stream().map(Entry::head).toList())
                : new Part.Inner(Arrays.stream(found.node.children)
                        .map(FrontierTree::digest)
                        .toList());
    }

    /** The head of an issuer; empty if nothing of its log is held. */
    public synchronized Optional<LogHead> head(IssuerId issuer) {
        return find(path(issuer)).node.entries.stream()
                .map(Entry::head)
                .filter(head -> head.issuer().equals(issuer))
                .findFirst();
    }

    /** How many issuers there are. */
    public synchronized int size() {
        return size;
    }

    /** @param whole whether the path is that of the node; otherwise it is under the node, which is a leaf */
    private record Found(Node node, boolean whole) {}

    private Found find(String path) {
        Node node = root;
        int depth = 0;
        while (depth < path.length() && node.children != null) {
            node = node.children[Character.digit(path.charAt(depth), CHILDREN)];
            depth++;
        }
        return new Found(node, depth == path.length());
    }

    private static List<Entry> within(Node leaf, String path) {
        return leaf.entries.stream()
                .filter(entry -> path(entry.head.issuer()).startsWith(path))
                .toList();
    }

    private static Hash digest(Node node) {
        Hash known = node.digest;
        if (known == null) {
            known = node.children == null ? digest(node.entries) : digest(node.children);
            node.digest = known;
        }
        return known;
    }

    private static Hash digest(Node[] children) {
        byte[][] parts = new byte[1 + CHILDREN][];
        parts[0] = INNER;
        IntStream.range(0, CHILDREN)
                .forEach(i -> parts[1 + i] = digest(children[i]).bytes());
        return Hash.of(parts);
    }

    private static Hash digest(List<Entry> entries) {
        if (entries.isEmpty()) {
            return EMPTY;
        }
        byte[][] parts = new byte[1 + entries.size()][];
        parts[0] = LEAF;
        IntStream.range(0, entries.size()).forEach(i -> parts[1 + i] = entries.get(i).digest);
        return Hash.of(parts);
    }
}
