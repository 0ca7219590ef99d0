package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.ConnectionType;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages as protobuf (specification kad-dht, "RPC messages"). */
final class Codec {

    /** The longest message taken or sent. */
    static final int MAX_FRAME_BYTES = 128 * 1024;

    /** The longest key of a message: every multihash and every CID fits, and a name of some length. */
    static final int MAX_KEY_BYTES = 1_024;

    /** Peers that are taken of each list of a message; further ones are passed over. */
    static final int MAX_PEERS = 20;

    /** Addresses that are taken, and sent, of each peer; further ones are passed over. */
    static final int MAX_ADDRESSES = 16;

    private static final int TYPE = 1;
    private static final int KEY = 2;
    private static final int RECORD = 3;
    private static final int CLOSER_PEERS = 8;
    private static final int PROVIDER_PEERS = 9;

    private static final int RECORD_KEY = 1;
    private static final int RECORD_VALUE = 2;
    private static final int RECORD_TIME_RECEIVED = 5;

    private static final int PEER_ID = 1;
    private static final int PEER_ADDRS = 2;
    private static final int PEER_CONNECTION = 3;

    private Codec() {}

    static byte[] encode(Message message) {
        ProtobufWriter out = new ProtobufWriter().int32(TYPE, message.type().number);
        out.bytes(KEY, message.key().array());
        if (message.record() != null) {
            out.bytes(RECORD, encode(message.record()));
        }
        message.closer().forEach(peer -> out.bytes(CLOSER_PEERS, encode(peer)));
        message.providers().forEach(peer -> out.bytes(PROVIDER_PEERS, encode(peer)));
        return out.toByteArray();
    }

    private static byte[] encode(ValueRecord record) {
        ProtobufWriter out = new ProtobufWriter()
                .bytes(RECORD_KEY, record.key().array())
                .bytes(RECORD_VALUE, record.value().array());
        if (record.receivedMillis() >= 0) {
            out.string(
                    RECORD_TIME_RECEIVED,
                    Instant.ofEpochMilli(record.receivedMillis()).toString());
        }
        return out.toByteArray();
    }

    private static byte[] encode(Peer peer) {
        ProtobufWriter out = new ProtobufWriter().bytes(PEER_ID, peer.id().bytes());
        peer.addresses().stream().limit(MAX_ADDRESSES).forEach(address -> out.bytes(PEER_ADDRS, address.bytes()));
        return out.int32(PEER_CONNECTION, peer.connection().number).toByteArray();
    }

    /**
     * Reads a message. Peers whose id is none, and addresses of kinds that are not known here, are passed over.
     *
     * @throws MalformedException where the bytes are no message, it is of no known type, or its key is too long
     */
    static Message decode(byte[] frame) {
        int type = 0;
        byte[] key = {};
        ValueRecord record = null;
        List<Peer> closer = new ArrayList<>();
        List<Peer> providers = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            switch (in.field()) {
                case TYPE -> type = in.int32();
                case KEY -> key = in.bytes();
                case RECORD -> record = record(in.bytes());
                case CLOSER_PEERS -> add(in.bytes(), closer);
                case PROVIDER_PEERS -> add(in.bytes(), providers);
                default -> in.skip();
            }
        }
        return new Message(MessageType.of(type), key(key), record, closer, providers);
    }

    private static ValueRecord record(byte[] bytes) {
        byte[] key = {};
        byte[] value = {};
        long receivedMillis = -1;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case RECORD_KEY -> key = in.bytes();
                case RECORD_VALUE -> value = in.bytes();
                case RECORD_TIME_RECEIVED -> receivedMillis = millis(in.string());
                default -> in.skip();
            }
        }
        return new ValueRecord(key(key), new Bytes(value), receivedMillis);
    }

    private static Bytes key(byte[] key) {
        if (key.length > MAX_KEY_BYTES) {
            throw new MalformedException("a key of " + key.length + " bytes");
        }
        return new Bytes(key);
    }

    /** Only ever told to people, so that a wrong one is as good as none. */
    private static long millis(String rfc3339) {
        try {
            return Math.max(-1, OffsetDateTime.parse(rfc3339).toInstant().toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            return -1;
        }
    }

    private static void add(byte[] bytes, List<Peer> peers) {
        Peer peer = peer(bytes);
        if (peer != null && peers.size() < MAX_PEERS) {
            peers.add(peer);
        }
    }

    private static @Nullable Peer peer(byte[] bytes) {
        byte[] id = {};
        List<byte[]> addrs = new ArrayList<>();
        int connection = 0;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case PEER_ID -> id = in.bytes();
                case PEER_ADDRS -> addrs.add(in.bytes());
                case PEER_CONNECTION -> connection = in.int32();
                default -> in.skip();
            }
        }
        try {
            PeerId peer = PeerId.decode(id);
            List<Multiaddr> addresses = addrs.stream()
                    .flatMap(each -> address(each, peer).stream())
                    .limit(MAX_ADDRESSES)
                    .toList();
            return new Peer(peer, addresses, ConnectionType.of(connection));
        } catch (MalformedException nobody) {
            return null;
        }
    }

    private static Optional<Multiaddr> address(byte[] bytes, PeerId peer) {
        try {
            return Multiaddr.decode(bytes).of(peer.toString());
        } catch (MalformedException unknown) {
            return Optional.empty();
        }
    }
}
