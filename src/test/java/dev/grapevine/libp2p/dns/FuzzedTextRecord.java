package dev.grapevine.libp2p.dns;

import dev.grapevine.fuzz.Property;
import io.netty.buffer.Unpooled;

/** A TXT record of an answer. */
public final class FuzzedTextRecord {

    private FuzzedTextRecord() {}

    public static void take(byte[] content) {
        Property.holds(
                TextRecord.decode(Unpooled.wrappedBuffer(content)).length() <= content.length,
                "a text is no longer than its record");
    }
}
