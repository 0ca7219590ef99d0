package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialDataResponse;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.Message;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The messages as protobuf (specification autonat v2, "RPC Messages"). */
final class Codec {

    /** The longest frame taken or sent, as in other implementations. */
    static final int MAX_FRAME_BYTES = 8 * 1024;

    /** Addresses of a request that are looked at; further ones are passed over. */
    static final int MAX_ADDRESSES = 64;

    private static final int DIAL_REQUEST = 1;
    private static final int DIAL_RESPONSE = 2;
    private static final int DIAL_DATA_REQUEST = 3;
    private static final int DIAL_DATA_RESPONSE = 4;

    private static final int REQUEST_ADDRS = 1;
    private static final int REQUEST_NONCE = 2;
    private static final int RESPONSE_STATUS = 1;
    private static final int RESPONSE_ADDR_IDX = 2;
    private static final int RESPONSE_DIAL_STATUS = 3;
    private static final int DATA_REQUEST_ADDR_IDX = 1;
    private static final int DATA_REQUEST_NUM_BYTES = 2;
    private static final int DATA_RESPONSE_DATA = 1;
    private static final int DIAL_BACK_NONCE = 1;
    private static final int DIAL_BACK_RESPONSE_STATUS = 1;
    private static final int DIAL_BACK_OK = 0;

    private Codec() {}

    static byte[] encode(Message message) {
        ProtobufWriter inner = new ProtobufWriter();
        int field = switch (message) {
            case DialRequest request -> {
                request.addresses()
                        .forEach(address -> inner.bytes(
                                REQUEST_ADDRS, address.map(Multiaddr::bytes).orElse(new byte[0])));
                inner.fixed64(REQUEST_NONCE, request.nonce());
                yield DIAL_REQUEST;
            }
            case DialResponse response -> {
                inner.int32(RESPONSE_STATUS, response.status().number)
                        .int32(RESPONSE_ADDR_IDX, response.index())
                        .int32(RESPONSE_DIAL_STATUS, response.dialStatus().number);
                yield DIAL_RESPONSE;
            }
            case DialDataRequest request -> {
                inner.int32(DATA_REQUEST_ADDR_IDX, request.index()).uint64(DATA_REQUEST_NUM_BYTES, request.bytes());
                yield DIAL_DATA_REQUEST;
            }
            case DialDataResponse response -> {
                inner.bytes(DATA_RESPONSE_DATA, new byte[response.bytes()]);
                yield DIAL_DATA_RESPONSE;
            }
        };
        return new ProtobufWriter().bytes(field, inner.toByteArray()).toByteArray();
    }

    /** @throws MalformedException where the bytes are no message, or more than one */
    static Message decode(byte[] frame) {
        Message message = null;
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            Message found = switch (in.field()) {
                case DIAL_REQUEST -> dialRequest(in.bytes());
                case DIAL_RESPONSE -> dialResponse(in.bytes());
                case DIAL_DATA_REQUEST -> dialDataRequest(in.bytes());
                case DIAL_DATA_RESPONSE -> dialDataResponse(in.bytes());
                default -> throw new MalformedException("no message of field " + in.field());
            };
            if (message != null) {
                throw new MalformedException("two messages in one");
            }
            message = found;
        }
        if (message == null) {
            throw new MalformedException("an empty message");
        }
        return message;
    }

    private static DialRequest dialRequest(byte[] bytes) {
        List<Optional<Multiaddr>> addresses = new ArrayList<>();
        long nonce = 0;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case REQUEST_ADDRS -> {
                    byte[] address = in.bytes();
                    if (addresses.size() < MAX_ADDRESSES) {
                        addresses.add(address(address));
                    }
                }
                case REQUEST_NONCE -> nonce = in.fixed64();
                default -> in.skip();
            }
        }
        return new DialRequest(addresses, nonce);
    }

    private static Optional<Multiaddr> address(byte[] bytes) {
        try {
            return Optional.of(Multiaddr.decode(bytes));
        } catch (MalformedException unknown) {
            return Optional.empty();
        }
    }

    private static DialResponse dialResponse(byte[] bytes) {
        int status = 0;
        int index = 0;
        int dialStatus = 0;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case RESPONSE_STATUS -> status = in.int32();
                case RESPONSE_ADDR_IDX -> index = in.int32();
                case RESPONSE_DIAL_STATUS -> dialStatus = in.int32();
                default -> in.skip();
            }
        }
        return new DialResponse(ResponseStatus.of(status), index, DialStatus.of(dialStatus));
    }

    private static DialDataRequest dialDataRequest(byte[] bytes) {
        int index = 0;
        long count = 0;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            switch (in.field()) {
                case DATA_REQUEST_ADDR_IDX -> index = in.int32();
                case DATA_REQUEST_NUM_BYTES -> count = in.uint64();
                default -> in.skip();
            }
        }
        return new DialDataRequest(index, count);
    }

    private static DialDataResponse dialDataResponse(byte[] bytes) {
        int count = 0;
        ProtobufReader in = new ProtobufReader(bytes);
        while (in.next()) {
            if (in.field() == DATA_RESPONSE_DATA) {
                count = in.bytes().length;
            } else {
                in.skip();
            }
        }
        return new DialDataResponse(count);
    }

    /** A DialBack, with which the server shows that it has dialled. */
    static byte[] encodeDialBack(long nonce) {
        return new ProtobufWriter().fixed64(DIAL_BACK_NONCE, nonce).toByteArray();
    }

    /** @return the nonce of a DialBack */
    static long decodeDialBack(byte[] frame) {
        long nonce = 0;
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            if (in.field() == DIAL_BACK_NONCE) {
                nonce = in.fixed64();
            } else {
                in.skip();
            }
        }
        return nonce;
    }

    /** A DialBackResponse, which says OK, for it can say nothing else. */
    static byte[] encodeDialBackResponse() {
        return new ProtobufWriter()
                .int32(DIAL_BACK_RESPONSE_STATUS, DIAL_BACK_OK)
                .toByteArray();
    }

    /** @throws MalformedException where a DialBackResponse does not say OK */
    static void checkDialBackResponse(byte[] frame) {
        ProtobufReader in = new ProtobufReader(frame);
        while (in.next()) {
            if (in.field() != DIAL_BACK_RESPONSE_STATUS) {
                in.skip();
            } else if (in.int32() != DIAL_BACK_OK) {
                throw new MalformedException("the answer to a dial back is not OK");
            }
        }
    }
}
