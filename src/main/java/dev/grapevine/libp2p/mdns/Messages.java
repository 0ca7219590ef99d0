package dev.grapevine.libp2p.mdns;

import java.util.List;

/** What goes over the wire, as far as peer discovery has to do with it. Names are in lower case and end with a dot. */
final class Messages {

    private Messages() {}

    /** The kinds of records that are spoken of; a question may ask for {@link #ANY} of them. */
    enum Kind {
        PTR,
        TXT,
        ANY
    }

    record Question(String name, Kind kind) {}

    /** A record of the answer or the additional section. */
    sealed interface Resource {

        String name();

        /** For how long it is true; 0 where it is true no more (RFC 6762, section 10.1). */
        long ttlSeconds();
    }

    record Pointer(String name, long ttlSeconds, String target) implements Resource {}

    /** @param attributes each at most {@link Codec#MAX_TEXT_BYTES} bytes in UTF-8 */
    record Text(String name, long ttlSeconds, List<String> attributes) implements Resource {

        Text {
            attributes = List.copyOf(attributes);
        }
    }

    /** One packet. A query may name the answers that it knows already (RFC 6762, section 7.1). */
    record Packet(boolean response, List<Question> questions, List<Resource> answers, List<Resource> additionals) {

        Packet {
            questions = List.copyOf(questions);
            answers = List.copyOf(answers);
            additionals = List.copyOf(additionals);
        }

        static Packet query(Question question, List<Resource> known) {
            return new Packet(false, List.of(question), known, List.of());
        }

        static Packet response(List<Resource> answers, List<Resource> additionals) {
            return new Packet(true, List.of(), answers, additionals);
        }
    }
}
