package dev.grapevine.libp2p.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;

/** What a DNS record of type TXT holds (RFC 1035 §3.3.14): strings of at most 255 bytes, which together are one text. */
final class TextRecord {

    private TextRecord() {}

    /** The text; of a record that is cut off, as much as there is. */
    static String decode(ByteBuf content) {
        ByteBuf in = content.duplicate();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        while (in.isReadable()) {
            byte[] part = new byte[Math.min(in.readUnsignedByte(), in.readableBytes())];
            in.readBytes(part);
            text.writeBytes(part);
        }
        return text.toString(UTF_8);
    }
}
