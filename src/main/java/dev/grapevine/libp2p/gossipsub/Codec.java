package dev.grapevine.libp2p.gossipsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Graft;
import dev.grapevine.libp2p.gossipsub.Messages.IDontWant;
import dev.grapevine.libp2p.gossipsub.Messages.IHave;
import dev.grapevine.libp2p.gossipsub.Messages.IWant;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import dev.grapevine.libp2p.gossipsub.Messages.PeerInfo;
import dev.grapevine.libp2p.gossipsub.Messages.Prune;
import dev.grapevine.libp2p.gossipsub.Messages.Rpc;
import dev.grapevine.libp2p.gossipsub.Messages.Subscription;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;

/** The bytes of {@link Messages}: protobuf, as the specifications' {@code .proto} fragments give it. */
final class Codec {

    /** Everything longer is refused by the stream; our own frames stay far below. */
    static final int MAX_FRAME_BYTES = 1024 * 1024;

    /** Entries of one kind in a frame; a frame with more is malformed. */
    static final int MAX_ENTRIES = 1_024;

    /** Message ids in a frame; a frame with more is malformed. */
    static final int MAX_IDS = 20_000;

    /** Peers offered in a frame; further ones are passed over. */
    static final int MAX_PEERS = 1_024;

    /** No id of ours is longer: a peer id has 38 or 34 bytes, a sequence number 8. Longer ids are passed over. */
    static final int MAX_ID_BYTES = 64;

    private static final byte[] ABSENT = {};

    private Codec() {}

    static byte[] encode(Rpc rpc) {
        ProtobufWriter out = new ProtobufWriter();
        for (Subscription subscription : rpc.subscriptions()) {
            out.bytes(
                    1,
                    new ProtobufWriter()
                            .bool(1, subscription.subscribe())
                            .string(2, subscription.topic())
                            .toByteArray());
        }
        rpc.publish().forEach(message -> out.bytes(2, message.encoded()));
        byte[] control = encodeControl(rpc);
        if (control.length > 0) {
            out.bytes(3, control);
        }
        return out.toByteArray();
    }

    private static byte[] encodeControl(Rpc rpc) {
        ProtobufWriter out = new ProtobufWriter();
        for (IHave ihave : rpc.ihaves()) {
            ProtobufWriter entry = new ProtobufWriter().string(1, ihave.topic());
            ihave.ids().forEach(id -> entry.bytes(2, id.bytes()));
            out.bytes(1, entry.toByteArray());
        }
        rpc.iwants().forEach(iwant -> out.bytes(2, encodeIds(iwant.ids())));
        for (Graft graft : rpc.grafts()) {
            out.bytes(3, new ProtobufWriter().string(1, graft.topic()).toByteArray());
        }
        for (Prune prune : rpc.prunes()) {
            ProtobufWriter entry = new ProtobufWriter().string(1, prune.topic());
            prune.peers().forEach(peer -> entry.bytes(2, encodePeer(peer)));
            if (prune.backoffSeconds() > 0) {
                entry.uint64(3, prune.backoffSeconds());
            }
            out.bytes(4, entry.toByteArray());
        }
        rpc.idontwants().forEach(idontwant -> out.bytes(5, encodeIds(idontwant.ids())));
        return out.toByteArray();
    }

    private static byte[] encodePeer(PeerInfo info) {
        ProtobufWriter out = new ProtobufWriter().bytes(1, info.peer().bytes());
        optional(out, 2, info.signedPeerRecord());
        return out.toByteArray();
    }

    private static byte[] encodeIds(List<MessageId> ids) {
        ProtobufWriter out = new ProtobufWriter();
        ids.forEach(id -> out.bytes(1, id.bytes()));
        return out.toByteArray();
    }

    /** Makes a message of its fields; those that are empty are left out. */
    static Message message(byte[] from, byte[] data, byte[] seqno, String topic, byte[] signature, byte[] key) {
        ProtobufWriter out = new ProtobufWriter();
        optional(out, 1, from);
        optional(out, 2, data);
        optional(out, 3, seqno);
        optional(out, 4, topic.getBytes(UTF_8));
        optional(out, 5, signature);
        optional(out, 6, key);
        return new Message(from, data, seqno, topic, signature, key, out.toByteArray());
    }

    private static void optional(ProtobufWriter out, int field, byte[] value) {
        if (value.length > 0) {
            out.bytes(field, value);
        }
    }

    /** @throws MalformedException where the frame is no RPC, or has more entries than the bounds above */
    static Rpc decode(byte[] frame) {
        Decoder decoder = new Decoder();
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> decoder.subscription(in.bytes());
                case 2 -> add(decoder.publish, decodeMessage(in.bytes()));
                case 3 -> decoder.control(in.bytes());
                default -> in.skip();
            }
        }
        return new Rpc(
                decoder.subscriptions,
                decoder.publish,
                decoder.ihaves,
                decoder.iwants,
                decoder.grafts,
                decoder.prunes,
                decoder.idontwants);
    }

    /** @throws MalformedException where it is no protobuf; what fields it has is for {@link StrictSign} to judge */
    static Message decodeMessage(byte[] encoded) {
        byte[] from = ABSENT;
        byte[] data = ABSENT;
        byte[] seqno = ABSENT;
        String topic = "";
        byte[] signature = ABSENT;
        byte[] key = ABSENT;
        ProtobufReader in = new ProtobufReader(encoded);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> from = in.bytes();
                case 2 -> data = in.bytes();
                case 3 -> seqno = in.bytes();
                case 4 -> topic = in.string();
                case 5 -> signature = in.bytes();
                case 6 -> key = in.bytes();
                default -> in.skip();
            }
        }
        return new Message(from, data, seqno, topic, signature, key, encoded);
    }

    private static <T> void add(List<T> entries, T entry) {
        if (entries.size() == MAX_ENTRIES) {
            throw new MalformedException("more than " + MAX_ENTRIES + " entries of a kind in one RPC");
        }
        entries.add(entry);
    }

    private static String topicOf(byte[] encoded) {
        String topic = "";
        ProtobufReader in = new ProtobufReader(encoded);
        while (in.next()) {
            if (in.field() == 1) {
                topic = in.string();
            } else {
                in.skip();
            }
        }
        return topic;
    }

    /** One frame's entries as they are read. */
    private static final class Decoder {
        private final List<Subscription> subscriptions = new ArrayList<>();
        private final List<Message> publish = new ArrayList<>();
        private final List<IHave> ihaves = new ArrayList<>();
        private final List<IWant> iwants = new ArrayList<>();
        private final List<Graft> grafts = new ArrayList<>();
        private final List<Prune> prunes = new ArrayList<>();
        private final List<IDontWant> idontwants = new ArrayList<>();
        private int ids;
        private int peers;

        void subscription(byte[] encoded) {
            boolean subscribe = false;
            String topic = "";
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> subscribe = in.bool();
                    case 2 -> topic = in.string();
                    default -> in.skip();
                }
            }
            add(subscriptions, new Subscription(subscribe, topic));
        }

        void control(byte[] encoded) {
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> add(ihaves, ihave(in.bytes()));
                    case 2 -> add(iwants, new IWant(ids(in.bytes(), 1)));
                    case 3 -> add(grafts, new Graft(topicOf(in.bytes())));
                    case 4 -> add(prunes, prune(in.bytes()));
                    case 5 -> add(idontwants, new IDontWant(ids(in.bytes(), 1)));
                    default -> in.skip();
                }
            }
        }

        private IHave ihave(byte[] encoded) {
            return new IHave(topicOf(encoded), ids(encoded, 2));
        }

        private List<MessageId> ids(byte[] encoded, int field) {
            List<MessageId> found = new ArrayList<>();
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                if (in.field() != field) {
                    in.skip();
                    continue;
                }
                if (++ids > MAX_IDS) {
                    throw new MalformedException("more than " + MAX_IDS + " message ids in one RPC");
                }
                byte[] id = in.bytes();
                if (id.length <= MAX_ID_BYTES) {
                    found.add(MessageId.of(id));
                }
            }
            return found;
        }

        private Prune prune(byte[] encoded) {
            List<PeerInfo> offered = new ArrayList<>();
            long backoffSeconds = 0;
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                if (in.field() == 2 && ++peers <= MAX_PEERS) {
                    offered.add(peerInfo(in.bytes()));
                } else if (in.field() == 3) {
                    backoffSeconds = in.uint64();
                } else {
                    in.skip();
                }
            }
            // Above Long.MAX_VALUE it reads as negative; the longest back-off there is will do
            return new Prune(topicOf(encoded), backoffSeconds < 0 ? Long.MAX_VALUE : backoffSeconds, offered);
        }

        private static PeerInfo peerInfo(byte[] encoded) {
            byte[] peer = ABSENT;
            byte[] signedPeerRecord = ABSENT;
            ProtobufReader in = new ProtobufReader(encoded);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> peer = in.bytes();
                    case 2 -> signedPeerRecord = in.bytes();
                    default -> in.skip();
                }
            }
            return new PeerInfo(PeerId.decode(peer), signedPeerRecord);
        }
    }
}
