package dev.grapevine.libp2p.mdns;

import dev.grapevine.libp2p.mdns.Messages.Kind;
import dev.grapevine.libp2p.mdns.Messages.Packet;
import dev.grapevine.libp2p.mdns.Messages.Pointer;
import dev.grapevine.libp2p.mdns.Messages.Question;
import dev.grapevine.libp2p.mdns.Messages.Resource;
import dev.grapevine.libp2p.mdns.Messages.Text;
import dev.grapevine.libp2p.multiformats.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Packets as DNS messages (RFC 1035, section 4). Names are read, and records written, by Netty. */
final class Codec {

    /** The longest packet taken (RFC 6762, section 17). */
    static final int MAX_PACKET_BYTES = 9_000;

    /**
     * Questions and records of a packet together; with more, it is refused. Each may name what stands in another one's place
     * (RFC 1035, section 4.1.4), so that few bytes may hold many long names.
     */
    static final int MAX_RECORDS = 128;

    /** Attributes of a TXT record that are read; further ones are passed over. */
    static final int MAX_ATTRIBUTES = 64;

    /** The longest attribute of a TXT record (RFC 1035, section 3.3). */
    static final int MAX_TEXT_BYTES = 255;

    private static final int FLAG_RESPONSE = 0x8000;
    private static final int FLAG_AUTHORITATIVE = 0x0400;
    private static final int OPCODE_AND_RCODE = 0x780f;
    private static final int CLASS_BYTES = Short.BYTES;

    /** On a record that only one peer has: whoever knows others of its name shall forget them (RFC 6762, section 10.2). */
    private static final int CACHE_FLUSH = 0x8000;

    private Codec() {}

    static byte[] encode(Packet packet) {
        ByteBuf out = Unpooled.buffer();
        out.writeShort(0); // RFC 6762, section 18.1: no id
        out.writeShort(packet.response() ? FLAG_RESPONSE | FLAG_AUTHORITATIVE : 0);
        out.writeShort(packet.questions().size());
        out.writeShort(packet.answers().size());
        out.writeShort(0);
        out.writeShort(packet.additionals().size());
        try {
            for (Question question : packet.questions()) {
                DnsRecordEncoder.DEFAULT.encodeQuestion(
                        new DefaultDnsQuestion(question.name(), type(question.kind())), out);
            }
            for (Resource each : packet.answers()) {
                encode(each, out);
            }
            for (Resource each : packet.additionals()) {
                encode(each, out);
            }
        } catch (Exception e) {
            throw new IllegalStateException("own records can be encoded", e);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static void encode(Resource resource, ByteBuf out) throws Exception {
        switch (resource) {
            case Pointer pointer ->
                DnsRecordEncoder.DEFAULT.encodeRecord(
                        new DefaultDnsPtrRecord(
                                pointer.name(), DnsRecord.CLASS_IN, pointer.ttlSeconds(), pointer.target()),
                        out);
            case Text text -> {
                ByteBuf content = Unpooled.buffer();
                for (String attribute : text.attributes()) {
                    byte[] bytes = attribute.getBytes(StandardCharsets.UTF_8);
                    content.writeByte(bytes.length).writeBytes(bytes);
                }
                DnsRecordEncoder.DEFAULT.encodeRecord(
                        new DefaultDnsRawRecord(
                                text.name(),
                                DnsRecordType.TXT,
                                DnsRecord.CLASS_IN | CACHE_FLUSH,
                                text.ttlSeconds(),
                                content),
                        out);
            }
        }
    }

    /**
     * Reads a packet. Records of other kinds are passed over.
     *
     * @throws MalformedException where it is no DNS message, or an error or another operation than a query
     */
    static Packet decode(byte[] bytes) {
        if (bytes.length > MAX_PACKET_BYTES) {
            throw new MalformedException("a packet of " + bytes.length + " bytes");
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            in.skipBytes(Short.BYTES);
            int flags = in.readUnsignedShort();
            if ((flags & OPCODE_AND_RCODE) != 0) {
                throw new MalformedException("neither a query nor an answer to one");
            }
            int questions = in.readUnsignedShort();
            int answers = in.readUnsignedShort();
            int authorities = in.readUnsignedShort();
            int additionals = in.readUnsignedShort();
            if (questions + answers + authorities + additionals > MAX_RECORDS) {
                throw new MalformedException("a packet of more than " + MAX_RECORDS + " records");
            }
            List<Question> asked = questions(in, questions);
            List<Resource> answered = resources(in, answers);
            resources(in, authorities);
            return new Packet((flags & FLAG_RESPONSE) != 0, asked, answered, resources(in, additionals));
        } catch (DecoderException | IndexOutOfBoundsException e) {
            throw new MalformedException("not a DNS message", e);
        }
    }

    private static List<Question> questions(ByteBuf in, int count) {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = name(in);
            Kind kind = kind(DnsRecordType.valueOf(in.readUnsignedShort()));
            in.skipBytes(CLASS_BYTES);
            if (kind != null) {
                questions.add(new Question(name, kind));
            }
        }
        return questions;
    }

    private static List<Resource> resources(ByteBuf in, int count) {
        List<Resource> resources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Resource resource = resource(in);
            if (resource != null) {
                resources.add(resource);
            }
        }
        return resources;
    }

    private static @Nullable Resource resource(ByteBuf in) {
        String name = name(in);
        DnsRecordType type = DnsRecordType.valueOf(in.readUnsignedShort());
        in.skipBytes(CLASS_BYTES);
        long ttlSeconds = in.readUnsignedInt();
        int length = in.readUnsignedShort();
        // names in it may point anywhere into the packet
        ByteBuf content = in.duplicate().writerIndex(in.readerIndex() + length);
        in.skipBytes(length);
        if (type.equals(DnsRecordType.PTR)) {
            return new Pointer(name, ttlSeconds, name(content));
        }
        if (!type.equals(DnsRecordType.TXT)) {
            return null;
        }
        List<String> attributes = new ArrayList<>();
        while (content.isReadable() && attributes.size() < MAX_ATTRIBUTES) {
            attributes.add(content.readCharSequence(content.readUnsignedByte(), StandardCharsets.UTF_8)
                    .toString());
        }
        return new Text(name, ttlSeconds, attributes);
    }

    /** A name as it stands there: UTF-8 (RFC 6762, section 16), which Netty's own records would put into Punycode, at length. */
    private static String name(ByteBuf in) {
        return DefaultDnsRecordDecoder.decodeName(in).toLowerCase(Locale.ROOT);
    }

    private static DnsRecordType type(Kind kind) {
        return switch (kind) {
            case PTR -> DnsRecordType.PTR;
            case TXT -> DnsRecordType.TXT;
            case ANY -> DnsRecordType.ANY;
        };
    }

    private static @Nullable Kind kind(DnsRecordType type) {
        for (Kind kind : Kind.values()) {
            if (type(kind).equals(type)) {
                return kind;
            }
        }
        return null;
    }
}
