package dev.grapevine.libp2p.yamux;

import java.nio.ByteBuffer;

/** What goes over the wire (specification yamux, section Framing). Stream ids are unsigned 32-bit numbers. */
sealed interface Frame {

    /** Bytes in front of every frame, and all of most. */
    int HEADER_BYTES = 12;

    byte VERSION = 0;

    byte DATA = 0;
    byte WINDOW_UPDATE = 1;
    byte PING = 2;
    byte GO_AWAY = 3;

    /** The stream begins with this frame. */
    int SYN = 1;

    /** The stream is accepted. */
    int ACK = 2;

    /** The sender sends nothing more on the stream. */
    int FIN = 4;

    /** The stream is given up. */
    int RST = 8;

    /** The frame as it is sent. */
    byte[] encode();

    /**
     * Bytes of a stream.
     *
     * @param payload may be empty where there are flags
     */
    record Data(int stream, int flags, byte[] payload) implements Frame {

        @Override
        public byte[] encode() {
            return header(DATA, flags, stream, payload.length, payload.length)
                    .put(payload)
                    .array();
        }
    }

    /** @param delta how many bytes more the receiver of this frame may send on the stream, below 2^32 */
    record WindowUpdate(int stream, int flags, long delta) implements Frame {

        @Override
        public byte[] encode() {
            return header(WINDOW_UPDATE, flags, stream, (int) delta, 0).array();
        }
    }

    /** @param answer whether it answers a ping; else it asks for one with the same value */
    record Ping(boolean answer, int value) implements Frame {

        @Override
        public byte[] encode() {
            return header(PING, answer ? ACK : SYN, 0, value, 0).array();
        }
    }

    /** The sender accepts no more streams. */
    record GoAway(int code) implements Frame {

        static final int NORMAL = 0;
        static final int PROTOCOL_ERROR = 1;

        @Override
        public byte[] encode() {
            return header(GO_AWAY, 0, 0, code, 0).array();
        }
    }

    private static ByteBuffer header(byte type, int flags, int stream, int length, int payloadBytes) {
        return ByteBuffer.allocate(HEADER_BYTES + payloadBytes)
                .put(VERSION)
                .put(type)
                .putShort((short) flags)
                .putInt(stream)
                .putInt(length);
    }
}
