package dev.grapevine.node.network;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.FrontierTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What nodes say of their frontiers, byte for byte as in {@code proto/sync.proto}. Decoding throws {@link MalformedException}. */
final class FrontierMessages {

    private FrontierMessages() {}

    /** Asks for parts of the server's tree. */
    record FrontierRequest(List<Node> nodes) implements SyncMessages.Request {

        static final int MAX_NODES = 256;

        ProtobufWriter message() {
            ProtobufWriter out = new ProtobufWriter();
            nodes.forEach(node -> out.bytes(1, node.encode()));
            return out;
        }

        static FrontierRequest decode(byte[] message) {
            List<Node> nodes = new ArrayList<>();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> add(nodes, Node.decode(in.bytes()), MAX_NODES);
                    default -> in.skip();
                }
            }
            return new FrontierRequest(nodes);
        }
    }

    /**
     * One part of the tree.
     *
     * @param path hexadecimal digits
     * @param digest the asker's own: a server that has the same leaves the part out
     */
    record Node(String path, Optional<Hash> digest) {

        private byte[] encode() {
            ProtobufWriter out = new ProtobufWriter().string(1, path);
            digest.ifPresent(own -> out.bytes(2, own.bytes()));
            return out.toByteArray();
        }

        private static Node decode(byte[] message) {
            String path = "";
            Optional<Hash> digest = Optional.empty();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> path = checkedPath(in.string());
                    case 2 -> digest = Optional.of(Hash.wrap(in.bytes()));
                    default -> in.skip();
                }
            }
            return new Node(path, digest);
        }
    }

    /**
     * Some of the parts asked for.
     *
     * @param timeMillis what the server's clock shows, milliseconds since 1970
     */
    record FrontierPage(Optional<Long> timeMillis, List<Part> parts) {

        /** With leaves of at most 32 heads a page stays below 200 KiB. */
        static final int MAX_PARTS = 64;

        byte[] encode() {
            ProtobufWriter out = new ProtobufWriter();
            timeMillis.ifPresent(millis -> out.uint64(1, millis));
            parts.forEach(part -> out.bytes(2, part.encode()));
            return out.toByteArray();
        }

        static FrontierPage decode(byte[] frame) {
            Optional<Long> timeMillis = Optional.empty();
            List<Part> parts = new ArrayList<>();
            var in = new ProtobufReader(frame);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> timeMillis = Optional.of(in.uint64()).filter(millis -> millis >= 0);
                    case 2 -> add(parts, Part.decode(in.bytes()), MAX_PARTS);
                    default -> in.skip();
                }
            }
            return new FrontierPage(timeMillis, parts);
        }
    }

    /**
     * What the server has under a path: a node with children, or heads, or nothing.
     *
     * @param children the digests of all 16, or none
     * @param heads in ascending order of the keys
     */
    record Part(String path, List<Hash> children, List<Head> heads) {

        static Part of(String path, FrontierTree.Part part) {
            return switch (part) {
                case FrontierTree.Part.Inner inner -> new Part(path, inner.children(), List.of());
                case FrontierTree.Part.Leaf leaf ->
                    new Part(
                            path, List.of(), leaf.heads().stream().map(Head::of).toList());
            };
        }

        private byte[] encode() {
            ProtobufWriter out = new ProtobufWriter().string(1, path);
            if (!children.isEmpty()) {
                ByteBuffer digests = ByteBuffer.allocate(children.size() * Hash.BYTES);
                children.forEach(child -> digests.put(child.bytes()));
                out.bytes(2, digests.array());
            }
            heads.forEach(head -> out.bytes(3, head.encode()));
            return out.toByteArray();
        }

        private static Part decode(byte[] message) {
            String path = "";
            List<Hash> children = List.of();
            List<Head> heads = new ArrayList<>();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> path = checkedPath(in.string());
                    case 2 -> children = children(in.bytes());
                    case 3 -> add(heads, Head.decode(in.bytes()), FrontierTree.MAX_LEAF_HEADS);
                    default -> in.skip();
                }
            }
            if (!children.isEmpty() && !heads.isEmpty()) {
                throw new MalformedException("children and heads in one part of a frontier");
            }
            return new Part(path, children, heads);
        }

        private static List<Hash> children(byte[] digests) {
            if (digests.length != FrontierTree.CHILDREN * Hash.BYTES) {
                throw new MalformedException("digests of " + digests.length + " bytes");
            }
            return IntStream.range(0, FrontierTree.CHILDREN)
                    .mapToObj(i -> {
                        byte[] digest = new byte[Hash.BYTES];
                        System.arraycopy(digests, i * Hash.BYTES, digest, 0, Hash.BYTES);
                        return Hash.wrap(digest);
                    })
                    .toList();
        }
    }

    /**
     * One issuer's log as somebody holds it.
     *
     * @param sequence of the last event
     * @param hash of the last event's payload
     */
    record Head(IssuerId issuer, long sequence, Hash hash) {

        static Head of(LogHead head) {
            return new Head(head.issuer(), head.sequence(), head.hash());
        }

        byte[] encode() {
            return new ProtobufWriter()
                    .bytes(1, issuer.inception().encoded())
                    .uint64(2, sequence)
                    .bytes(3, hash.bytes())
                    .toByteArray();
        }

        static Head decode(byte[] message) {
            IssuerId issuer = null;
            long sequence = 0;
            Hash hash = null;
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> issuer = SyncMessages.issuer(in.bytes());
                    case 2 -> sequence = SyncMessages.sequence(in.uint64());
                    case 3 -> hash = Hash.wrap(in.bytes());
                    default -> in.skip();
                }
            }
            return new Head(present(issuer, "issuer"), sequence, present(hash, "hash"));
        }
    }

    private static String checkedPath(String text) {
        boolean right = text.length() <= FrontierTree.MAX_PATH;
        for (int i = 0; right && i < text.length(); i++) {
            char c = text.charAt(i);
            right = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        }
        if (!right) {
            throw new MalformedException("a path is at most 64 lower-case hexadecimal digits");
        }
        return text;
    }

    private static <T> void add(List<T> list, T element, int max) {
        if (list.size() == max) {
            throw new MalformedException("more than " + max + " elements");
        }
        list.add(element);
    }

    private static <T> T present(@Nullable T value, String what) {
        return SyncMessages.present(value, what);
    }
}
