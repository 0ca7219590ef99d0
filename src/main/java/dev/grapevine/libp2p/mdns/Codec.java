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
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Packets as DNS messages (RFC 1035, section 4). Records are read and written by Netty. */
final class Codec {

    /** The longest packet taken (RFC 6762, section 17). */
    static final int MAX_PACKET_BYTES = 9_000;

    /** Questions, and records of each section, that are read; further ones are passed over. */
    static final int MAX_RECORDS = 64;

    /** The longest attribute of a TXT record (RFC 1035, section 3.3). */
    static final int MAX_TEXT_BYTES = 255;

    private static final int FLAG_RESPONSE = 0x8000;
    private static final int FLAG_AUTHORITATIVE = 0x0400;
    private static final int OPCODE_AND_RCODE = 0x780f;

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
            List<Question> asked = questions(in, questions);
            List<Resource> answered = resources(in, answers);
            resources(in, authorities);
            return new Packet((flags & FLAG_RESPONSE) != 0, asked, answered, resources(in, additionals));
        } catch (MalformedException e) {
            throw e;
        } catch (DecoderException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new MalformedException("not a DNS message", e);
        } catch (Exception e) {
            throw new MalformedException("not a DNS message: " + e, e);
        }
    }

    private static List<Question> questions(ByteBuf in, int count) throws Exception {
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DnsQuestion question = DnsRecordDecoder.DEFAULT.decodeQuestion(in);
            Kind kind = kind(question.type());
            if (kind != null && questions.size() < MAX_RECORDS) {
                questions.add(new Question(lower(question.name()), kind));
            }
        }
        return questions;
    }

    private static List<Resource> resources(ByteBuf in, int count) throws Exception {
        List<Resource> resources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DnsRecord record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
            if (record == null) {
                throw new MalformedException("a record is cut off");
            }
            try {
                Resource resource = resource(record);
                if (resource != null && resources.size() < MAX_RECORDS) {
                    resources.add(resource);
                }
            } finally {
                ReferenceCountUtil.release(record);
            }
        }
        return resources;
    }

    private static @Nullable Resource resource(DnsRecord record) {
        String name = lower(record.name());
        if (record instanceof DnsPtrRecord pointer) {
            return new Pointer(name, record.timeToLive(), lower(pointer.hostname()));
        }
        if (record instanceof DnsRawRecord raw && record.type().equals(DnsRecordType.TXT)) {
            ByteBuf content = raw.content();
            List<String> attributes = new ArrayList<>();
            while (content.isReadable() && attributes.size() < MAX_RECORDS) {
                attributes.add(content.readCharSequence(content.readUnsignedByte(), StandardCharsets.UTF_8)
                        .toString());
            }
            return new Text(name, record.timeToLive(), attributes);
        }
        return null;
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

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
