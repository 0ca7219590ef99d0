package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * One message on the profile topic: a run of events, with their bodies beside them.
 *
 * @param entries at least one; at most {@link ProfileLimits#MAX_MESSAGE_BYTES} encoded
 */
public record ProfileMessage(List<LogEntry> entries) {

    public ProfileMessage {
        entries = List.copyOf(entries);
    }

    /** @throws MalformedException where it is no such message, or too long */
    public static ProfileMessage decode(byte[] message) {
        if (message.length > ProfileLimits.MAX_MESSAGE_BYTES) {
            throw new MalformedException("profile message of " + message.length + " bytes");
        }
        List<LogEntry> entries = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entries.add(LogEntry.decode(in.bytes()));
                default -> in.skip();
            }
        }
        if (entries.isEmpty()) {
            throw new MalformedException("profile message without entries");
        }
        return new ProfileMessage(entries);
    }

    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        entries.forEach(entry -> out.bytes(1, entry.encode()));
        return out.toByteArray();
    }

    /** Divides a run into messages that each keep to the limit. */
    public static List<ProfileMessage> split(List<LogEntry> run) {
        List<ProfileMessage> messages = new ArrayList<>();
        List<LogEntry> entries = new ArrayList<>();
        int bytes = 0;
        for (LogEntry entry : run) {
            if (!entries.isEmpty() && bytes + entry.messageBytes() > ProfileLimits.MAX_MESSAGE_BYTES) {
                messages.add(new ProfileMessage(entries));
                entries.clear();
                bytes = 0;
            }
            entries.add(entry);
            bytes += entry.messageBytes();
        }
        if (!entries.isEmpty()) {
            messages.add(new ProfileMessage(entries));
        }
        return messages;
    }

    /** The events of the entries as a run. @throws MalformedException where they are none */
    public Run run() {
        return Run.of(entries.stream().map(LogEntry::event).toList());
    }
}
