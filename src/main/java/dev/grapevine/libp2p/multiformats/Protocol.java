package dev.grapevine.libp2p.multiformats;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The parts that a {@link Multiaddr} is made of, with their codes in multiaddr's protocols.csv. */
public enum Protocol {
    IP4("ip4", 4, Form.IP4),
    TCP("tcp", 6, Form.PORT),
    IP6("ip6", 41, Form.IP6),
    IP6ZONE("ip6zone", 42, Form.TEXT),
    DNS("dns", 53, Form.TEXT),
    DNS4("dns4", 54, Form.TEXT),
    DNS6("dns6", 55, Form.TEXT),
    DNSADDR("dnsaddr", 56, Form.TEXT),
    UDP("udp", 273, Form.PORT),
    WEBRTC_DIRECT("webrtc-direct", 280, Form.NONE),
    WEBRTC("webrtc", 281, Form.NONE),
    P2P_CIRCUIT("p2p-circuit", 290, Form.NONE),
    P2P("p2p", 421, Form.PEER),
    TLS("tls", 448, Form.NONE),
    SNI("sni", 449, Form.TEXT),
    NOISE("noise", 454, Form.NONE),
    QUIC("quic", 460, Form.NONE),
    QUIC_V1("quic-v1", 461, Form.NONE),
    WEBTRANSPORT("webtransport", 465, Form.NONE),
    CERTHASH("certhash", 466, Form.MULTIHASH),
    WS("ws", 477, Form.NONE),
    WSS("wss", 478, Form.NONE),
    HTTP("http", 480, Form.NONE);

    private enum Form {
        NONE(0),
        IP4(4),
        IP6(16),
        PORT(2),
        TEXT(-1),
        PEER(-1),
        MULTIHASH(-1);

        /** Bytes of the value; -1 where a varint in front of it tells. */
        final int bytes;

        Form(int bytes) {
            this.bytes = bytes;
        }
    }

    private final String text;
    private final int code;
    private final Form form;

    Protocol(String text, int code, Form form) {
        this.text = text;
        this.code = code;
        this.form = form;
    }

    /** The protocol's code in the multicodec table. */
    public int code() {
        return code;
    }

    /** The protocol's name in a textual multiaddr. */
    @Override
    public String toString() {
        return text;
    }

    boolean hasValue() {
        return form != Form.NONE;
    }

    /** Bytes of the value; -1 where a varint in front of it tells. */
    int valueBytes() {
        return form.bytes;
    }

    static @Nullable Protocol named(String text) {
        for (Protocol protocol : values()) {
            if (protocol.text.equals(text)) {
                return protocol;
            }
        }
        return text.equals("ipfs") ? P2P : null; // the name that /p2p had before 2019
    }

    static @Nullable Protocol coded(long code) {
        for (Protocol protocol : values()) {
            if (protocol.code == code) {
                return protocol;
            }
        }
        return null;
    }

    byte[] encode(String value) {
        return switch (form) {
            case NONE -> new byte[0];
            case IP4, IP6 -> address(value);
            case PORT -> port(value);
            case TEXT -> utf8(value);
            case PEER -> peer(value).encode();
            case MULTIHASH -> Multihash.decode(Multibase.decode(value)).encode();
        };
    }

    String decode(byte[] bytes) {
        return switch (form) {
            case NONE -> "";
            case IP4, IP6 -> NetUtil.bytesToIpAddress(bytes);
            case PORT ->
                Integer.toString(Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort()));
            case TEXT -> text(bytes);
            case PEER -> Base58.encode(Multihash.decode(bytes).encode());
            case MULTIHASH -> Multibase.BASE64URL.encode(Multihash.decode(bytes).encode());
        };
    }

    private byte[] address(String value) {
        boolean valid = form == Form.IP4
                ? NetUtil.isValidIpV4Address(value)
                : NetUtil.isValidIpV6Address(value) && value.indexOf('%') < 0 && value.indexOf('[') < 0;
        byte @Nullable [] bytes = valid ? NetUtil.createByteArrayFromIpAddressString(value) : null;
        if (bytes == null || bytes.length != form.bytes) {
            throw new MalformedException("not an address of " + text + ": " + value);
        }
        return bytes;
    }

    private static byte[] port(String value) {
        if (value.isEmpty() || value.length() > 5 || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new MalformedException("not a port: " + value);
        }
        int port = Integer.parseInt(value);
        if (port > 0xffff) {
            throw new MalformedException("not a port: " + value);
        }
        return new byte[] {(byte) (port >>> 8), (byte) port};
    }

    private byte[] utf8(String value) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            text(bytes); // refuses what could not be read back
            return bytes;
        } catch (CharacterCodingException e) {
            throw new MalformedException("not a value of " + text, e);
        }
    }

    private String text(byte[] bytes) {
        try {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // a slash or nothing at all would read back as another address
            if (!value.isEmpty() && value.chars().noneMatch(c -> c == '/' || c <= ' ' || c == 0x7f)) {
                return value;
            }
        } catch (CharacterCodingException e) {
            throw new MalformedException("not a value of " + text, e);
        }
        throw new MalformedException("not a value of " + text);
    }

    /** A peer id in either text form: base58 of its multihash, or a CID of a libp2p key. */
    private static Multihash peer(String value) {
        if (value.startsWith("1") || value.startsWith("Qm")) {
            return Multihash.decode(Base58.decode(value));
        }
        Cid cid = Cid.parse(value);
        if (cid.codec() != Cid.LIBP2P_KEY) {
            throw new MalformedException("not a peer id: " + value);
        }
        return cid.hash();
    }
}
