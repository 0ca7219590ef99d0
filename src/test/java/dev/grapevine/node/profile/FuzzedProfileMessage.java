package dev.grapevine.node.profile;

import dev.grapevine.fuzz.Property;
import java.util.Arrays;
import java.util.List;

/** What gossip carries: messages, entries, events, alone and as runs; the envelope of an event stays as it came. */
public final class FuzzedProfileMessage {

    private FuzzedProfileMessage() {}

    public static void take(byte[] input) {
        Property.each(
                input,
                FuzzedProfileMessage::message,
                bytes -> Property.comesBack(bytes, LogEntry::decode, LogEntry::encode)
                        .rightOpening(),
                bytes -> Property.holds(
                        Arrays.equals(bytes, SignedEvent.decode(bytes).encoded()), "an event stays as it was signed"),
                bytes -> Property.comesBack(bytes, ProfileEvent::decode, ProfileEvent::encode));
    }

    private static void message(byte[] bytes) {
        ProfileMessage message = Property.comesBack(bytes, ProfileMessage::decode, ProfileMessage::encode);
        ProfileMessage.traces(message.entries());
        List<ProfileMessage> split = ProfileMessage.split(message.entries());
        Property.holds(
                split.stream().mapToInt(part -> part.entries().size()).sum()
                        == message.entries().size(),
                "no entry is lost in splitting");
        if (!message.entries().isEmpty()) {
            message.run().last().verify("net");
        }
    }
}
